import { types } from "../catalog";
import type { Cloud } from "../cloud";
import { invalid, linodeBusy, must, notHere } from "../errors";
import { isOpen } from "../jobs/queue";
import type { Backup, Linode } from "../records";
import type { Restore } from "../schemas/backups";
import { linodeTime } from "../time";
import type { Checks } from "./checks";
import { linodeEntity, mustBeIdle, notify, schedule } from "./events";
import { find as findLinode } from "./instances";

/** Oldest first. */
export const backupsOf = ({ store }: Cloud, linode: number): Backup[] =>
  store.list("backup", (one) => one.linode === linode);

/** @throws ApiError 404 */
export const find = (cloud: Cloud, linode: number, id: number): Backup =>
  must(backupsOf(cloud, findLinode(cloud, linode).id).find((one) => one.id === id));

/** https://techdocs.akamai.com/linode-api/reference/post-enable-backups */
export function enable(cloud: Cloud, id: number): void {
  const linode = findLinode(cloud, id);
  cloud.store.write(() => {
    // Recorded so: Linode chooses later, unless told.
    const backupSchedule = linode.backups_enabled ? {} : { backupSchedule: unscheduled };
    cloud.store.update("linode", id, { backups_enabled: true, ...backupSchedule, updated: linodeTime() });
    notify(cloud, "backups_enable", linodeEntity(linode));
  });
}

export const unscheduled = { day: "Scheduling", window: "Scheduling" };

/** All that there are are deleted. https://techdocs.akamai.com/linode-api/reference/post-cancel-backups */
export async function cancel(cloud: Cloud, id: number): Promise<void> {
  const linode = findLinode(cloud, id);
  if (cloud.store.list("event", (event) => isOpen(event, id) && event.job?.kind === "linode_snapshot").length > 0)
    throw linodeBusy();
  const gone = backupsOf(cloud, id);
  cloud.store.write(() => {
    for (const one of gone) cloud.store.remove("backup", one.id);
    const fields = { backups_enabled: false, backupSchedule: { day: null, window: null } };
    cloud.store.update("linode", id, { ...fields, updated: linodeTime() });
    notify(cloud, "backups_cancel", linodeEntity(linode));
  });
  for (const one of gone) await cloud.driver.dropCopy(one.id);
}

/** In the place of the former one, once it is made. https://techdocs.akamai.com/linode-api/reference/post-snapshot */
export function snapshot(cloud: Cloud, id: number, label: string): Backup {
  const linode = findLinode(cloud, id);
  // Not Linode's words: those are not known.
  if (!linode.backups_enabled) throw invalid("The backup service is not enabled for this Linode.");
  mustBeIdle(cloud, linode);
  return cloud.store.write(() => {
    const backup = begin(cloud, linode, { type: "snapshot", label });
    schedule(cloud, { action: "linode_snapshot", linode, job: { kind: "linode_snapshot", backup: backup.id } });
    return backup;
  });
}

/** One that has still to be made, inside of a write. */
export function begin(cloud: Cloud, linode: Linode, { type, label }: Pick<Backup, "type" | "label">): Backup {
  const now = linodeTime();
  return cloud.store.put("backup", {
    ...{ id: cloud.store.nextId(), linode: linode.id, region: linode.region, type, label },
    ...{ status: "pending", created: now, updated: now, finished: null, image: null, disks: [], configs: [] },
  });
}

/** https://techdocs.akamai.com/linode-api/reference/post-restore-backup */
export function restore(cloud: Cloud, linodeId: number, id: number, body: Restore): void {
  const backup = find(cloud, linodeId, id);
  mustBeMade(backup);
  const target = cloud.store.get("linode", body.linode_id);
  // Not Linode's words, here and below.
  if (!target) throw invalid("linode_id is not valid", "linode_id");
  if (target.region !== backup.region)
    throw invalid("A backup can only be restored in the region that it is in.", "linode_id");
  const overwrite = body.overwrite ?? false;
  const free = freeMb(cloud, target, overwrite);
  if (sizeOf(backup) > free)
    throw invalid(`Insufficient space: the backup needs ${sizeOf(backup)} MB, ${free} MB are free.`, "linode_id");
  if (!overwrite && hasSystem(backup) && cloud.hosts.exists(target.id))
    throw notHere("A backup beside disks with a system", "overwrite");
  mustBeIdle(cloud, target);
  cloud.store.write(() => scheduleRestore(cloud, target, backup, overwrite));
}

/** What a new Linode is made of. */
export function planRestore(cloud: Cloud, checks: Checks, id: number, wanted: { region: string; type: string }) {
  const backup = cloud.store.get("backup", id);
  if (!checks.that(backup?.status === "successful", "backup_id is not valid", "backup_id") || !backup) return undefined;
  const here = backup.region === wanted.region;
  checks.that(here, "A backup can only be restored in the region that it is in.", "region");
  const plan = types.get(wanted.type)?.disk ?? 0;
  checks.that(sizeOf(backup) <= plan, `The backup needs ${sizeOf(backup)} MB, the plan has ${plan} MB.`, "type");
  return backup;
}

/** Inside of a write. */
export function scheduleRestore(cloud: Cloud, linode: Linode, backup: Backup, overwrite: boolean): void {
  const job = { kind: "backups_restore", backup: backup.id, overwrite } as const;
  schedule(cloud, { action: "backups_restore", linode, job });
}

function mustBeMade({ status }: Backup): void {
  if (status !== "successful") throw invalid("Only a backup that was made successfully can be restored.");
}

const hasSystem = ({ disks }: Backup): boolean => disks.some(({ image }) => image !== null);
const sizeOf = ({ disks }: Backup): number => disks.reduce((sum, { size }) => sum + size, 0);

function freeMb({ store }: Cloud, { id, type }: Linode, overwrite: boolean): number {
  const used = overwrite ? [] : store.list("disk", (disk) => disk.linode === id);
  return used.reduce((free, { size }) => free - size, types.get(type)?.disk ?? 0);
}
