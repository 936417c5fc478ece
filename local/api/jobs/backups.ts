import type { Cloud } from "../cloud";
import { must } from "../errors";
import { backupsOf, begin } from "../models/backups";
import { vpcInterfaces, withIds } from "../models/interfaces";
import { isOpen } from "./queue";
import type { Backup, Config, Interface, Linode } from "../records";
import { linodeTime } from "../time";

/** What to write to the store, with the event's end. */
type Finish = () => void;

/** A Linode's disks as they are at one moment, while it runs. The former snapshot goes once this one is whole. */
export async function takeSnapshot(cloud: Cloud, linode: Linode, id: number): Promise<void> {
  const { store, queue } = cloud;
  await copy(cloud, linode, id);
  if (queue.ending.aborted) return;
  store.write(() => {
    for (const former of backupsOf(cloud, linode.id))
      if (former.type === "snapshot" && former.id !== id) store.remove("backup", former.id);
    finish(cloud, linode, id);
  });
  await store.durable();
  await clearCopies(cloud);
}

/** What the store no longer has is no longer on disk either. */
export async function clearCopies({ store, driver }: Cloud): Promise<void> {
  for (const { id } of await driver.copies()) if (!store.get("backup", id)) await driver.dropCopy(id);
}

/**
 * What Linode's service does at that moment: an automatic copy of each Linode that has the service and no work under way. Kept are
 * the newest, and the last two of the day of the week that was chosen.
 * https://techdocs.akamai.com/cloud-computing/docs/backup-service
 */
export async function passWindow(cloud: Cloud, now: Date): Promise<void> {
  const { store } = cloud;
  const due = store.list("linode", ({ id, backups_enabled, status }) => {
    const idle = store.list("event", (event) => isOpen(event, id)).length === 0;
    return backups_enabled && status !== "deleting" && idle;
  });
  for (const linode of due) {
    const { id } = store.write(() => begin(cloud, linode, { type: "auto", label: null }));
    await copy(cloud, linode, id).catch((error: unknown) => {
      store.write(() => store.remove("backup", id));
      throw error;
    });
    store.write(() => {
      if (!store.get("linode", linode.id)) return store.remove("backup", id);
      finish(cloud, linode, id, now);
      dropOld(cloud, linode);
    });
  }
  await clearCopies(cloud);
}

/** Puts the copy's disks and configs onto a Linode, in the place of its own or where it has none. */
export async function bringBack(cloud: Cloud, linode: Linode, id: number, overwrite: boolean): Promise<Finish> {
  const { store, driver, hosts } = cloud;
  const backup = must(store.get("backup", id));
  const root = backup.disks.find((disk) => disk.image !== null);
  if (root) {
    const { plan, ...spec } = hosts.spec(linode, undefined);
    const swapMb = backup.disks.filter((disk) => disk.filesystem === "swap").reduce((sum, { size }) => sum + size, 0);
    const disk = { image: root.image ?? "", plan: { ...plan, diskMb: root.size, swapMb } };
    await driver.bringBack(id, { ...spec, ...disk });
  } else if (overwrite) await driver.remove(linode.id);
  return () => {
    if (overwrite) clear(cloud, linode);
    replace(cloud, linode, backup);
    store.update("linode", linode.id, { image: backup.image, bootedConfig: null, updated: linodeTime() });
  };
}

async function copy({ store, driver, hosts }: Cloud, linode: Linode, id: number): Promise<void> {
  store.write(() => store.update("backup", id, { status: "running", updated: linodeTime() }));
  if (hosts.exists(linode.id)) await driver.copyDisk(linode.id, id);
}

function finish({ store }: Cloud, linode: Linode, id: number, when = new Date()): void {
  const now = linodeTime(when.getTime());
  store.update("backup", id, {
    ...{ status: "successful", updated: now, finished: now, image: linode.image },
    ...(store.get("backup", id)?.type === "auto" ? { created: now } : {}),
    disks: store.list("disk", (disk) => disk.linode === linode.id),
    configs: store.list("config", (config) => config.linode === linode.id),
  });
}

function dropOld(cloud: Cloud, { id, backupSchedule }: Linode): void {
  const day = weekdays.indexOf(backupSchedule?.day ?? "");
  const made = backupsOf(cloud, id)
    .filter(({ type, status }) => type === "auto" && status === "successful")
    .sort((a, b) => (a.created < b.created ? 1 : -1));
  const weekly = made.filter(({ created }) => new Date(`${created}Z`).getUTCDay() === Math.max(0, day)).slice(0, 2);
  const kept = new Set([made[0], ...weekly]);
  for (const one of made) if (!kept.has(one)) cloud.store.remove("backup", one.id);
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

function clear({ store }: Cloud, linode: Linode): void {
  for (const table of ["disk", "config"] as const)
    for (const row of store.list(table)) if (row.linode === linode.id) store.remove(table, row.id);
}

function replace(cloud: Cloud, linode: Linode, { disks, configs, linode: source }: Backup): void {
  const { store } = cloud;
  const dates = { linode: linode.id, created: linodeTime(), updated: linodeTime() };
  const ids = new Map(disks.map((disk) => [disk.id, store.nextId()]));
  for (const disk of disks) store.put("disk", { ...disk, ...dates, id: must(ids.get(disk.id)), status: "ready" });
  for (const config of configs) {
    const interfaces = withIds(cloud, linode.id === source ? available(cloud, config) : []);
    const devices = Object.entries(config.devices).map(([slot, disk]) => [slot, ids.get(disk)] as const);
    const there = Object.fromEntries(devices.filter(([, disk]) => disk !== undefined)) as Config["devices"];
    store.put("config", { ...config, ...dates, id: store.nextId(), devices: there, interfaces });
  }
}

/** Its own interfaces of then, with new ids, as far as subnet and address are to be had. */
function available(cloud: Cloud, { interfaces }: Config): Interface[] {
  const free = (one: Interface) =>
    one.purpose === "public" ||
    (cloud.store.get("subnet", one.subnet) !== undefined &&
      !vpcInterfaces(cloud, one.vpc).some(({ one: other }) => other.address === one.address));
  return interfaces.filter(free).map((one) => ({ ...one, id: 0 }));
}
