import type { Cloud } from "../cloud";
import { backupsOf } from "../models/backups";
import type { Backup, Linode } from "../records";

export function backup(row: Backup) {
  return {
    id: row.id,
    region: row.region,
    type: row.type,
    status: row.status,
    // Recorded so, also of one that has not begun.
    available: row.status !== "failed",
    created: row.created,
    updated: row.updated,
    finished: row.finished,
    label: row.label,
    configs: row.configs.map(({ label }) => label),
    disks: row.disks.map(({ label, size, filesystem }) => ({ label, size, filesystem })),
  };
}

/** All that a Linode has. */
export function backups(cloud: Cloud, linode: Linode) {
  const rows = backupsOf(cloud, linode.id);
  const snapshots = rows.filter(({ type }) => type === "snapshot");
  const one = (...statuses: Backup["status"][]) => {
    const found = snapshots.filter(({ status }) => statuses.includes(status)).at(-1);
    return found ? backup(found) : null;
  };
  return {
    automatic: rows.filter(({ type, status }) => type === "auto" && status === "successful").map(backup),
    snapshot: { current: one("successful"), in_progress: one("pending", "running") },
  };
}

/** What an instance says of them. */
export function backupService(cloud: Cloud, { id, backups_enabled, backupSchedule }: Linode) {
  const made = backupsOf(cloud, id).filter(({ status }) => status === "successful");
  return {
    enabled: backups_enabled,
    available: made.length > 0,
    schedule: backupSchedule ?? { day: null, window: null },
    last_successful:
      made
        .flatMap(({ finished }) => finished ?? [])
        .sort()
        .at(-1) ?? null,
  };
}
