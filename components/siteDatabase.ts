import type * as command from "@pulumi/command";
import * as postgresql from "@pulumi/postgresql";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { adminRole } from "../render/databaseFiles";
import { ownerRole } from "./databaseServer";
import type { LinodeHost } from "./linodeHost";

export interface SiteDatabaseArgs {
  host: LinodeHost;
  databaseName: string;
  user: string;
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
  readonly password: pulumi.Output<string>;

  constructor(
    name: string,
    private readonly args: SiteDatabaseArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:SiteDatabase", name, {}, opts);
    const { databaseName, user, extensions = [] } = args;
    const options = this.childOptions(this.connect(`${name}-provider`));

    const password = new random.RandomPassword(`${name}-password`, { length: 32, special: false }, { parent: this });
    const owner = ownerRole(databaseName);
    new postgresql.Role(
      `${name}-login`,
      // Every session acts as the owner: what one login makes, the next one may change.
      { name: user, login: true, password: password.result, roles: [owner], assumeRole: owner },
      options,
    );
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
    new postgresql.Grant(
      `${name}-public`,
      { database: database.name, objectType: "database", role: "public", privileges: [] },
      options,
    );
    for (const extension of extensions) {
      new postgresql.Extension(`${name}-extension-${extension}`, { name: extension, database: database.name }, options);
    }

    this.password = password.result;
    this.registerOutputs({});
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
