import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { LinodeHost } from "./linodeHost";

export interface RestoreDumpArgs {
  /** The database server. */
  host: LinodeHost;
  /** Path of the dump, from the project's directory. */
  file: string;
  databaseName: string;
  user: string;
  password: pulumi.Output<string>;
}

/** Restores a dump into the site's database if, and only if, the database has no table yet. */
export function restoreDump(name: string, args: RestoreDumpArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const { host, file, databaseName, user, password } = args;
  const checksum = createHash("sha256").update(readFileSync(file)).digest("hex");
  const remotePath = `/var/lib/trinode/incoming/${checksum}.dump`;
  const copy = new command.remote.CopyToRemote(
    `${name}-file`,
    { connection: host.connection, source: new pulumi.asset.FileAsset(file), remotePath, triggers: [host.id] },
    { ...opts, deletedWith: host.instance },
  );
  return host.step(
    name,
    {
      verb: "restore-dump",
      scripts: ["lib/dump.sh", "lib/portable-dump.awk"],
      environment: {
        DUMP: remotePath,
        DUMP_SHA256: checksum,
        DATABASE: databaseName,
        DB_USER: user,
        DB_PASSWORD: password,
      },
      triggers: [copy.id],
    },
    { ...opts, dependsOn: copy },
  );
}
