import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
  caCertificate: pulumi.Output<string>;
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

  /** The provider reads the authority from a file, whose path stands in the state: a relative one is good for everybody. */
  private connect(name: string): postgresql.Provider {
    const { host, setup, adminPassword, caCertificate } = this.args;
    const path = `.trinode/${pulumi.getStack()}/database-ca.pem`;
    const written = caCertificate.apply((pem) => {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, pem);
      return path;
    });
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
        sslrootcert: written,
        connectTimeout: 15,
      },
      { parent: this, dependsOn: [setup] },
    );
  }

  private childOptions(provider: postgresql.Provider): pulumi.CustomResourceOptions {
    const { host } = this.args;
    return { parent: this, provider, deletedWith: host.instance, replacementTrigger: host.id };
  }
}
