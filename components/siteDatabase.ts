import type * as command from "@pulumi/command";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { adminRole } from "../render/databaseFiles";
import { ownerRole } from "./databaseServer";
import { type Generation, inTurn, keepers, slotName } from "./inTurn";
import type { LinodeHost } from "./linodeHost";

export interface SiteDatabaseArgs {
  host: LinodeHost;
  databaseName: string;
  user: string;
  /** How often the password has been changed; two logins take turns. @default 0 */
  rotation?: number;
  extensions?: string[];
  protect?: boolean;
  /** The step that installed PostgreSQL. */
  setup: command.remote.Command;
  adminPassword: random.RandomPassword;
  credentials: pulumi.Output<ProvisioningCredentials>;
}

/** In PEM. */
export interface ProvisioningCredentials {
  /** Certificate of the authority that signed the server's. */
  authority: string;
  certificate: string;
  key: string;
}

/** The site's database on a PostgreSQL server: owner, login, grants, extensions; all made anew when the machine is. */
export class SiteDatabase extends pulumi.ComponentResource {
  /** Login that the site uses, and its password. */
  readonly user: string;
  readonly password: pulumi.Output<string>;
  /** All that the site needs; not the login before, which is locked after the site has left it. */
  readonly ready: pulumi.Resource[];
  private readonly options: pulumi.CustomResourceOptions;
  private readonly name: string;

  constructor(
    name: string,
    private readonly args: SiteDatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:SiteDatabase", name, {}, opts);
    const { databaseName, rotation = 0, extensions = [] } = args;
    const options = this.childOptions(this.connect(`${name}-provider`));
    this.options = options;
    this.name = name;

    const turn = inTurn(rotation);
    this.user = this.loginName(turn.now);
    this.password = this.makePassword(turn.now);
    const owner = ownerRole(databaseName);
    const login = this.makeLogin(turn.now, this.password, true);
    const database = new postgresql.Database(
      `${name}-database`,
      {
        name: databaseName,
        owner,
        encoding: "UTF8",
        template: "template0",
        lcCollate: "C.UTF-8",
        lcCtype: "C.UTF-8",
      },
      { ...options, protect: args.protect ?? false },
    );
    const grant = new postgresql.Grant(
      `${name}-public`,
      { database: database.name, objectType: "database", role: "public", privileges: [] },
      options,
    );
    const made = extensions.map(
      (extension) =>
        new postgresql.Extension(
          `${name}-extension-${extension}`,
          { name: extension, database: database.name },
          options,
        ),
    );

    this.ready = [login, database, grant, ...made];
    this.registerOutputs({});
  }

  /** Locks the login that the site used before, once the site has left it: `left` are the steps in which it does. */
  lockFormerLogin(left: pulumi.Resource[]): void {
    const { before } = inTurn(this.args.rotation ?? 0);
    if (before) this.makeLogin(before, this.makePassword(before), false, left);
  }

  private makeLogin(
    { slot }: Generation,
    password: pulumi.Output<string>,
    login: boolean,
    dependsOn: pulumi.Resource[] = [],
  ): postgresql.Role {
    const owner = ownerRole(this.args.databaseName);
    return new postgresql.Role(
      slotName(`${this.name}-login`, slot),
      // Every session acts as the owner: what one login makes, the next one may change.
      { name: this.loginName({ slot }), login, password, roles: [owner], assumeRole: owner },
      { ...this.options, dependsOn },
    );
  }

  private makePassword({ slot, generation }: Generation): pulumi.Output<string> {
    return new random.RandomPassword(
      slotName(`${this.name}-password`, slot),
      { length: 32, special: false, ...keepers(generation) },
      { parent: this },
    ).result;
  }

  private loginName({ slot }: Pick<Generation, "slot">): string {
    return slot === 0 ? this.args.user : `${this.args.user}_${slot + 1}`;
  }

  private connect(name: string): postgresql.Provider {
    const { host, setup, adminPassword, credentials } = this.args;
    return new postgresql.Provider(
      name,
      {
        host: host.publicIp,
        port: 5432,
        database: "postgres",
        username: adminRole,
        password: adminPassword.result,
        superuser: false,
        sslmode: "verify-full",
        // In the state itself, not in files: `refresh` works from any checkout. (lib/pq takes all three inline, or none.)
        sslrootcert: credentials.authority,
        clientcert: { cert: credentials.certificate, key: credentials.key, sslinline: true },
        connectTimeout: 15,
      },
      { parent: this, dependsOn: [setup] },
    );
  }

  private childOptions(provider: postgresql.Provider): pulumi.CustomResourceOptions {
    // When the machine is made anew, Pulumi makes these on the new one and deletes the old ones after that, through the same
    // provider: on the new one, too. So nothing here is ever deleted but by deleting the machine.
    return { parent: this, provider, retainOnDelete: true, replacementTrigger: this.args.host.id };
  }
}
