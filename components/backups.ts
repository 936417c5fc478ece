import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { backupFiles, type BackupPart, type BackupSettings, type Offsite } from "../render/backupFiles";
import type { CheckIns } from "../render/checkIns";
import type { LinodeHost } from "./linodeHost";

export interface BackupsArgs {
  site: string;
  database: { host: LinodeHost; name: string; memoryMb: number };
  /** The application server: uploads, and how the site is configured there. */
  files: { host: LinodeHost; media: string; memoryMb: number };
  /** When, as systemd writes it. In UTC, as servers are. */
  schedule: string;
  /** When the newest copy is tried by restoring it, as systemd writes it. */
  drill: string;
  /** How long all, one a day, one a week are kept. */
  keep: BackupSettings["keep"];
  /** What copies off the servers are encrypted with. Should be a secret. @default there are no such copies */
  key?: pulumi.Input<string> | undefined;
  /** Where copies go that are off the servers. Should be a secret as a whole. @default nowhere */
  offsite?: pulumi.Input<Offsite> | undefined;
  /** Sentry's monitors of the timers. Should be a secret. @default nobody hears of them */
  checkIns?: pulumi.Input<CheckIns> | undefined;
  /** What must be there to be copied. @default nothing is waited for */
  after?: pulumi.Resource[];
}

/** Copies of database, uploads and configuration: made by timers, read back, on the servers and, encrypted, in a bucket. */
export class Backups extends pulumi.ComponentResource {
  /** Done when the timers run. */
  readonly ready: pulumi.Resource[];

  constructor(
    name: string,
    private readonly args: BackupsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:Backups", name, {}, opts);
    const { database, files } = args;
    this.ready =
      database.host === files.host
        ? [this.setUp(`${name}-setup`, database.host, ["database", "files"])]
        : [
            this.setUp(`${name}-database-setup`, database.host, ["database"]),
            this.setUp(`${name}-files-setup`, files.host, ["files"]),
          ];
    this.registerOutputs({});
  }

  private setUp(name: string, host: LinodeHost, parts: BackupPart[]): command.remote.Command {
    const { site, database, files, schedule, drill, keep, key, offsite, checkIns, after = [] } = this.args;
    const settings = {
      ...{ site, parts, schedule, drill, keep },
      database: database.name,
      media: files.media,
      memoryMb: parts.includes("database") ? database.memoryMb : files.memoryMb,
    };
    return host.step(
      name,
      {
        verb: "setup-backups",
        scripts: backupScripts,
        files: pulumi
          .all([key, offsite, checkIns])
          .apply(([backupKey, bucket, sentry]) =>
            backupFiles({ ...settings, key: backupKey, offsite: bucket, checkIns: sentry }),
          ),
      },
      { parent: this, dependsOn: after },
    );
  }
}

const backupScripts = [
  "lib/host.sh",
  "lib/backups.sh",
  "lib/backup-database.sh",
  "lib/backup-files.sh",
  "lib/backup-store.sh",
  "lib/leftovers.sh",
  "sql/database-facts.sql",
  "python/backup_manifest.py",
  "python/backup_verify.py",
  "python/backup_list.py",
  "python/backup_snapshots.py",
  "python/backup_keep.py",
  "backup.sh",
  "backups.sh",
  "backup-read.sh",
  "lib/app.sh",
  "lib/live.sh",
  "lib/migrations.sh",
  "lib/bucket.sh",
  "beat.sh",
  "check-in.sh",
  "python/beat_note.py",
  "drill.sh",
  "drill-site.sh",
  "python/drill_note.py",
  "python/release_drill.py",
  "job-sql.sh",
  "lib/status.sh",
  "status-backups.sh",
  "lib/restore-database.sh",
  "sql/database-like.sql",
  "python/backup_check.py",
  "lib/dump.sh",
  "lib/portable-dump.awk",
  "lib/restore-given.sh",
  "lib/restore-sent.sh",
  "restore-database.sh",
  "restore-files.sh",
  "restore-fits.sh",
  "python/backup_uploads.py",
  "python/backup_migrations.py",
  "python/exchange.py",
];
