import { setTimeout } from "node:timers/promises";
import type { Cloud } from "../cloud";
import { must } from "../errors";
import type { Config, Deployment, Job, Linode, LinodeStatus } from "../records";
import { linodeTime } from "../time";
import { bringBack, takeSnapshot } from "./backups";

/** What to write to the store once the work is done, together with the event's end. */
export type Finish = () => void;
type Of<K extends Job["kind"]> = Extract<Job, { kind: K }>;
type Kinds = { [K in Job["kind"]]: (cloud: Cloud, linode: Linode, job: Of<K>) => Promise<Finish> };

/** Does one job. Each can be done again after having been cut off anywhere. @throws with a sentence saying what failed */
export async function work(cloud: Cloud, linode: Linode, job: Job): Promise<Finish> {
  if (job.kind === "boot" && job.afterMs) await pause(cloud, job.afterMs);
  const status = job.kind === "boot" ? job.status : statuses[job.kind];
  if (status) cloud.store.write(() => become(cloud, linode.id, status));
  await cloud.faults.ofWork(job.kind, linode.label);
  const [finish] = await Promise.all([
    (kinds[job.kind] as (cloud: Cloud, linode: Linode, job: Job) => Promise<Finish>)(cloud, linode, job),
    pause(cloud, cloud.paceMs),
  ]);
  return finish;
}

/** What a Linode is while work on it is under way. */
const statuses: { [K in Job["kind"]]?: LinodeStatus } = {
  create: "provisioning",
  rebuild: "rebuilding",
  shutdown: "shutting_down",
  delete: "deleting",
  resize: "resizing",
  backups_restore: "restoring",
};

/** Ends early, with an error that nobody hears, when the server does. */
function pause(cloud: Cloud, ms: number): Promise<void> {
  return ms > 0 ? setTimeout(ms, undefined, { signal: cloud.queue.ending }) : Promise.resolve();
}

const kinds: Kinds = {
  async create(cloud, linode, job) {
    await deploy(cloud, linode, job);
    return () => become(cloud, linode.id, waits(cloud, linode.id, "boot") ? "provisioning" : "offline");
  },

  async rebuild(cloud, linode, job) {
    await cloud.driver.remove(linode.id);
    await deploy(cloud, linode, job);
    return () => become(cloud, linode.id, "offline");
  },

  async boot(cloud, linode, job) {
    const config = must(bootConfig(cloud, linode, job.config));
    cloud.store.write(() => cloud.store.update("linode", linode.id, { bootedConfig: config.id }));
    if (job.status === "rebooting") await cloud.driver.shutdown(linode.id);
    mustBoot(cloud, linode, config);
    await cloud.hosts.applyFirewall(linode.id);
    await cloud.driver.boot(cloud.hosts.spec(linode, config));
    return () => become(cloud, linode.id, "running");
  },

  async shutdown(cloud, linode) {
    await cloud.driver.shutdown(linode.id);
    return () => become(cloud, linode.id, "offline");
  },

  async delete(cloud, linode) {
    for (const { id } of cloud.store.list("backup", (one) => one.linode === linode.id)) await cloud.driver.dropCopy(id);
    await cloud.driver.remove(linode.id);
    return () => forget(cloud, linode.id);
  },

  /** Leaves the Linode off; one that was on has a boot scheduled after this. */
  async resize(cloud, linode, job) {
    await cloud.driver.shutdown(linode.id);
    return () => {
      if (job.disk) cloud.store.update("disk", job.disk.id, { size: job.disk.size, updated: linodeTime() });
      cloud.store.update("linode", linode.id, { type: job.type, status: "offline", updated: linodeTime() });
    };
  },

  async disk_create(cloud, linode, job) {
    if (job.image) await cloud.driver.create(cloud.hosts.spec(linode, bootConfig(cloud, linode, null), job));
    return () => cloud.store.update("disk", job.disk, { status: "ready", updated: linodeTime() });
  },

  async disk_delete(cloud, linode, job) {
    if (cloud.store.get("disk", job.disk)?.image) await cloud.driver.remove(linode.id);
    return () => dropDisk(cloud, linode.id, job.disk);
  },

  async linode_snapshot(cloud, linode, job) {
    await takeSnapshot(cloud, linode, job.backup);
    return () => undefined;
  },

  /** Leaves the Linode off. */
  async backups_restore(cloud, linode, job) {
    const finish = await bringBack(cloud, linode, job.backup, job.overwrite);
    return () => {
      finish();
      become(cloud, linode.id, waits(cloud, linode.id, "boot") ? "provisioning" : "offline");
    };
  },

  /** The host gets its new size when it boots. */
  async disk_resize(cloud, _linode, job) {
    return () => cloud.store.update("disk", job.disk, { status: "ready", size: job.size, updated: linodeTime() });
  },
};

/** The config that a boot takes: the one asked for, else the last booted, else the first. */
export function bootConfig({ store }: Cloud, linode: Linode, wanted: number | null): Config | undefined {
  const configs = store.list("config", (config) => config.linode === linode.id);
  return (
    configs.find((config) => config.id === (wanted ?? linode.bootedConfig)) ??
    (wanted === null ? configs[0] : undefined)
  );
}

async function deploy(cloud: Cloud, linode: Linode, deployment: Deployment): Promise<void> {
  if (deployment.image)
    await cloud.driver.create(cloud.hosts.spec(linode, bootConfig(cloud, linode, null), deployment));
  cloud.store.write(() => {
    for (const disk of cloud.store.list("disk", (one) => one.linode === linode.id)) {
      cloud.store.update("disk", disk.id, { status: "ready", updated: linodeTime() });
    }
  });
}

function mustBoot(cloud: Cloud, linode: Linode, config: Config): void {
  const root = cloud.hosts.rootDisk(linode.id);
  const devices: (number | undefined)[] = Object.values(config.devices);
  if (!root || !devices.includes(root.id)) {
    throw new Error(
      `Configuration "${config.label}" has no disk with a system on it; the local Linode boots disks made from an image.`,
    );
  }
}

function waits({ store }: Cloud, linode: number, kind: Job["kind"]): boolean {
  return (
    store.list(
      "event",
      (event) => event.entity?.id === linode && event.status === "scheduled" && event.job?.kind === kind,
    ).length > 0
  );
}

function become({ store }: Cloud, linode: number, status: LinodeStatus): void {
  store.update("linode", linode, { status, updated: linodeTime() });
}

function dropDisk({ store }: Cloud, linode: number, disk: number): void {
  store.remove("disk", disk);
  for (const config of store.list("config", (one) => one.linode === linode)) {
    const devices = Object.fromEntries(Object.entries(config.devices).filter(([, id]) => id !== disk));
    store.update("config", config.id, { devices });
  }
}

/** A deleted Linode leaves nothing but its events. */
function forget({ store }: Cloud, linode: number): void {
  for (const table of ["disk", "config", "address", "device", "backup"] as const) {
    for (const row of store.list(table)) if (row.linode === linode) store.remove(table, row.id);
  }
  store.remove("linode", linode);
}
