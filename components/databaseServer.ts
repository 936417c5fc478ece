import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { adminRole, databaseFiles } from "../render/databaseFiles";
import { hostScripts } from "./hostStep";
import type { LinodeHost } from "./linodeHost";
import { restoreDump } from "./restoreDump";
import { type ProvisioningCredentials, SiteDatabase } from "./siteDatabase";

export interface DatabaseServerArgs {
  /** The machine; of its own, or shared with the other roles. */
  host: LinodeHost;
  /** The plan's memory in MB, by which PostgreSQL is sized. */
  memoryMb: number;
  /** Whether application and web server run on the same machine. @default false */
  shared?: boolean;
  /** Name of the site's database; case is kept. */
  databaseName: string;
  /** Login that the site uses; case is kept. */
  user: string;
  /** How often the site's password has been changed. @default 0 */
  rotation?: number;
  /** Extensions to create, e.g. `unaccent`. Trusted ones only: the login that makes them is no superuser. @default none */
  extensions?: string[];
  /** File that is restored once, while the database is empty: `pg_dump`'s plain SQL (also `.gz`) or custom format. @default none */
  dump?: string;
  /** Where the application servers are, e.g. `10.0.0.12/30`. */
  clients: string[];
  /** Where `pulumi up` runs: may reach port 5432 as the provisioning role, over TLS. */
  operatorCidrs: string[];
  /** Refuses to delete database and roles until the configuration says otherwise. @default false */
  protect?: boolean;
}

/** PostgreSQL on a Linode: installed, sized, with TLS, and in it the site's database with its roles and its first data. */
export class DatabaseServer extends pulumi.ComponentResource {
  /** Address that clients use: private, or localhost when they share the machine. */
  readonly address: string;
  readonly port = 5432;
  readonly databaseName: string;
  readonly user: string;
  readonly password: pulumi.Output<string>;
  /** PEM of the authority that signed the server's certificate; clients verify against it (`verify-full`). */
  readonly caCertificate: pulumi.Output<string>;
  /** `postgresql://user:password@address:port/name`, percent-encoded. */
  readonly url: pulumi.Output<string>;
  /** Done when the database is ready for the site, dump included. */
  readonly ready: pulumi.Resource[];
  /** Locks the login that was used before the last change of the password, after the steps in which the site leaves it. */
  readonly lockFormerLogin: (left: pulumi.Resource[]) => void;

  constructor(
    name: string,
    private readonly args: DatabaseServerArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:DatabaseServer", name, {}, opts);
    this.address = args.shared ? "localhost" : args.host.privateIp;
    this.databaseName = args.databaseName;

    const adminPassword = this.generatePassword(`${name}-admin-password`);
    const setup = this.installPostgresql(`${name}-setup`, adminPassword);
    const credentials = setup.stdout.apply(readCredentials);
    this.caCertificate = pulumi.unsecret(credentials.authority);
    const database = new SiteDatabase(
      `${name}-database`,
      { ...args, setup, adminPassword, credentials },
      { parent: this },
    );
    this.user = database.user;
    this.password = database.password;
    const dump =
      args.dump &&
      restoreDump(
        `${name}-dump`,
        { ...args, file: args.dump, user: this.user, password: this.password },
        { parent: this, dependsOn: [setup, ...database.ready] },
      );

    this.url = this.password.apply((password) => this.connectionUrl(password));
    this.ready = [...database.ready, ...(dump ? [dump] : [])];
    this.lockFormerLogin = (left) => database.lockFormerLogin(left);
    this.registerOutputs({ address: this.address, port: this.port, databaseName: this.databaseName, user: this.user });
  }

  private generatePassword(name: string): random.RandomPassword {
    // Replaced with the machine it is for: a new server has no old password to overlap with.
    return new random.RandomPassword(name, { length: 32, special: false }, { parent: this });
  }

  private installPostgresql(name: string, adminPassword: random.RandomPassword): command.remote.Command {
    const { host, memoryMb, shared = false, databaseName, clients, operatorCidrs } = this.args;
    const settings = {
      memoryMb,
      shared,
      name: databaseName,
      ownerRole: ownerRole(databaseName),
      clients,
      operatorCidrs,
    };
    return host.step(
      name,
      {
        verb: "setup-database",
        scripts: [...hostScripts, "lib/postgresql.sh", "lib/admitted.sh", "admit.sh", "status-database.sh"],
        files: [...host.baseFiles, ...databaseFiles(settings)],
        environment: {
          PUBLIC_ADDRESS: host.publicIp,
          PRIVATE_ADDRESS: host.privateIp,
          ADMIN_ROLE: adminRole,
          ADMIN_PASSWORD: adminPassword.result,
          OWNER_ROLE: ownerRole(databaseName),
        },
      },
      { parent: this },
    );
  }

  private connectionUrl(password: string): string {
    const login = `${encodeURIComponent(this.user)}:${encodeURIComponent(password)}`;
    return `postgresql://${login}@${this.address}:${this.port}/${encodeURIComponent(this.databaseName)}`;
  }
}

/** What the setup step prints: the server's authority, and what the provisioning login shows it. In PEM. */
function readCredentials(printed: string): ProvisioningCredentials {
  const [authority, certificate, key] = printed.match(/-----BEGIN ([A-Z ]+)-----[^-]+-----END \1-----\n?/g) ?? [];
  if (!authority || !certificate || !key) throw new Error("the database server's setup printed no certificates");
  return { authority, certificate, key };
}

/** Role that owns the site's data; logins are members of it, so that one can be replaced by the next while both work. */
export function ownerRole(databaseName: string): string {
  return `${databaseName}_owner`;
}
