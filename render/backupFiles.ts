import { shellAssignments } from "./bundle";
import { type CheckIns, checkInFile } from "./checkIns";
import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** What a server has of the site that is copied. */
export type BackupPart = "database" | "files";

/** An S3 bucket off the servers, and a key that may read and add to it. */
export interface Offsite {
  /** `https://…`, without a path. */
  endpoint: string;
  bucket: string;
  region: string;
  /** Folder in the bucket, without slashes at its ends. */
  prefix: string;
  accessKey: string;
  secretKey: string;
}

export interface BackupSettings {
  site: string;
  parts: BackupPart[];
  /** The site's database. */
  database: string;
  /** Absolute: where uploads are. */
  media: string;
  /** systemd's calendar expression. */
  schedule: string;
  /** When the newest copy is tried by restoring it. systemd's, too. */
  drill: string;
  /** How long all, one a day, one a week are kept, e.g. `7d`, `3m`, `1y`. */
  keep: { all: string; daily: string; weekly: string };
  /** What copies off the server are encrypted with. @default there are none */
  key?: string | undefined;
  offsite?: Offsite | undefined;
  /** Who hears of each run of the timers. @default nobody */
  checkIns?: CheckIns | undefined;
  /** What the server has, of which backups may take a third. */
  memoryMb: number;
}

/** The files of a server that is backed up. Without `offsite`, those about it are not among them: the setup takes them away. */
export function backupFiles(settings: BackupSettings): HostFile[] {
  const { site, parts, schedule, key, offsite, checkIns, memoryMb } = settings;
  const units = "/etc/systemd/system/trinode-backup";
  return [
    file("/etc/trinode/backup.env", 0o600, shellAssignments(environment(settings))),
    ...(key === undefined ? [] : [file("/etc/trinode/backup.key", 0o600, `${key}\n`)]),
    ...(offsite === undefined
      ? []
      : [file("/etc/trinode/backup-offsite.env", 0o600, shellAssignments(offsiteEnvironment(offsite)))]),
    ...(checkIns ? [checkInFile(checkIns, settings)] : []),
    file(`${units}.service`, 0o644, fill("backup/backup.service", { site, monitor: `backup-${parts.join("-")}` })),
    // A percent sign would be a specifier; no calendar expression has one.
    file(`${units}.timer`, 0o644, fill("backup/backup.timer", { site, schedule })),
    file("/etc/systemd/system/trinode-beat.service", 0o644, fill("backup/beat.service", { site })),
    file("/etc/systemd/system/trinode-beat.timer", 0o644, fill("backup/beat.timer", { site })),
    ...parts.flatMap((part) => drillUnits(part, settings)),
    file(`${units}.slice`, 0o644, fill("backup/backup.slice", { memoryMb: Math.max(256, Math.round(memoryMb / 3)) })),
    file("/etc/logrotate.d/trinode-backup", 0o644, fill("backup/logrotate.conf")),
  ];
}

/** The two halves of a drill: the database server restores, the application server asks the site what it makes of that. */
function drillUnits(part: BackupPart, { site, drill }: BackupSettings): HostFile[] {
  const name = { database: "drill", files: "drill-site" }[part];
  return [
    file(
      `/etc/systemd/system/trinode-${name}.service`,
      0o644,
      fill("backup/drill.service", { site, name, monitor: `drill-${part}` }),
    ),
    file(`/etc/systemd/system/trinode-${name}.timer`, 0o644, fill("backup/drill.timer", { site, schedule: drill })),
  ];
}

function environment({ site, parts, database, media, schedule, keep }: BackupSettings): Record<string, string> {
  return {
    SITE: site,
    PARTS: parts.join(" "),
    DATABASE: database,
    MEDIA: media,
    SCHEDULE: schedule,
    KEEP_ALL: keep.all,
    KEEP_DAILY: keep.daily,
    KEEP_WEEKLY: keep.weekly,
  };
}

/** How a bucket is reached, as `scripts/lib/` reads it. */
export function offsiteEnvironment({ endpoint, bucket, region, prefix, accessKey, secretKey }: Offsite) {
  return {
    OFFSITE_ENDPOINT: endpoint,
    OFFSITE_BUCKET: bucket,
    OFFSITE_REGION: region,
    OFFSITE_PREFIX: prefix,
    OFFSITE_ACCESS_KEY: accessKey,
    OFFSITE_SECRET_KEY: secretKey,
  };
}
