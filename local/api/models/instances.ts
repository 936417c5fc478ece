import { randomBytes } from "node:crypto";
import { images, kernels, regions, types } from "../catalog";
import type { Cloud } from "../cloud";
import { linodeBusy, must } from "../errors";
import { isOpen } from "../jobs/queue";
import type { Alerts, Config, Deployment, Disk, Interface, Linode } from "../records";
import type { CreateInstance, Rebuild, UpdateInstance } from "../schemas/instances";
import { linodeTime } from "../time";
import { accountSettings } from "./account";
import { allocatePrivate, allocatePublic, ipv6Beside } from "./addresses";
import { Checks, given, isLabel, labelRule, tagsOf } from "./checks";
import { checkRegion, checkType, disksOf, planDeployment } from "./deploy";
import { planRestore, scheduleRestore, unscheduled } from "./backups";
import { attach } from "./devices";
import { configEntity, linodeEntity, mustBeIdle, notify, schedule } from "./events";
import { planInterfaces, withIds } from "./interfaces";

const defaultSwapMb = 512;

/** @throws ApiError 404 */
export const find = ({ store }: Cloud, id: number): Linode => must(store.get("linode", id));

/** https://techdocs.akamai.com/linode-api/reference/post-linode-instance */
export function create(cloud: Cloud, body: CreateInstance): Linode {
  const checks = new Checks();
  checkType(checks, body.type);
  checkRegion(checks, body.region);
  checkLabel(cloud, checks, body.label);
  checkUnavailable(checks, body);
  const deployment = planDeployment(cloud, checks, body);
  const backup = body.backup_id == null ? undefined : planRestore(cloud, checks, body.backup_id, body);
  checks.that(!(backup && body.image != null), "image and backup_id are mutually exclusive", "backup_id");
  const swap = body.swap_size ?? defaultSwapMb;
  checkDisk(checks, deployment, types.get(body.type)?.disk ?? 0, swap, body.boot_size);
  checks.that(body.kernel == null || kernels.has(body.kernel), "kernel is not valid", "kernel");
  const interfaces = planInterfaces(cloud, checks, { bodies: body.interfaces ?? [], region: body.region });
  const firewall = body.firewall_id == null ? undefined : cloud.store.get("firewall", body.firewall_id);
  checks.that(body.firewall_id == null || firewall !== undefined, "firewall_id is not valid", "firewall_id");
  checks.done();
  return cloud.store.write(() => {
    const linode = newLinode(cloud, body);
    if (body.private_ip) allocatePrivate(cloud, linode);
    if (firewall) attach(cloud, firewall, linode);
    const config = newDisksAndConfig(cloud, linode, {
      ...{ deployment, swap, interfaces },
      ...{ bootSize: body.boot_size, kernel: body.kernel },
    });
    const image = deployment.image === null ? undefined : imageEntity(deployment.image);
    schedule(cloud, {
      action: "linode_create",
      linode,
      job: { kind: "create", ...deployment },
      ...(image ? { secondary: image } : {}),
    });
    if (backup) scheduleRestore(cloud, linode, backup, false);
    if ((config ?? backup) && body.booted !== false) {
      const job = { kind: "boot", config: config?.id ?? null, status: "booting" } as const;
      schedule(cloud, { action: "linode_boot", linode, job, ...(config && { secondary: configEntity(config) }) });
    }
    return linode;
  });
}

/** https://techdocs.akamai.com/linode-api/reference/put-linode-instance */
export function update(cloud: Cloud, id: number, body: UpdateInstance): Linode {
  const linode = find(cloud, id);
  const checks = new Checks();
  if (body.label != null && body.label !== linode.label) checkLabel(cloud, checks, body.label);
  checkPolicy(checks, body.maintenance_policy);
  checks.done();
  const { alerts, tags, backups, ...fields } = body;
  return cloud.store.write(() => {
    const changed = cloud.store.update("linode", id, {
      ...given(fields),
      ...(tags ? { tags: tagsOf(tags) } : {}),
      ...(backups?.schedule && linode.backups_enabled
        ? { backupSchedule: { ...(linode.backupSchedule ?? unscheduled), ...given(backups.schedule) } }
        : {}),
      ...(alerts ? { alerts: { ...linode.alerts, ...(given(alerts) as Partial<Alerts>) } } : {}),
      updated: linodeTime(),
    });
    notify(cloud, "linode_update", linodeEntity(changed));
    return changed;
  });
}

/** Work that has not begun is dropped, work under way is waited for. https://techdocs.akamai.com/linode-api/reference/delete-linode-instance */
export function remove(cloud: Cloud, id: number): void {
  const linode = find(cloud, id);
  if (linode.status === "deleting") throw linodeBusy();
  cloud.store.write(() => {
    for (const event of cloud.store.list("event", (one) => isOpen(one, id) && one.status === "scheduled")) {
      cloud.store.update("event", event.id, {
        status: "failed",
        message: "The Linode was deleted.",
        finished: Date.now(),
        job: null,
      });
    }
    cloud.store.update("linode", id, { status: "deleting", updated: linodeTime() });
    schedule(cloud, { action: "linode_delete", linode, job: { kind: "delete" } });
  });
}

/** New disks and a new config in place of all it had. https://techdocs.akamai.com/linode-api/reference/post-rebuild-linode-instance */
export function rebuild(cloud: Cloud, id: number, body: Rebuild): Linode {
  const linode = find(cloud, id);
  const checks = new Checks();
  checks.that(body.image != null, "You must specify an image", "image");
  if (body.type != null) checkType(checks, body.type);
  const deployment = planDeployment(cloud, checks, body);
  checks.done();
  mustBeIdle(cloud, linode);
  return cloud.store.write(() => {
    const interfaces = cloud.store.list("config", (config) => config.linode === id)[0]?.interfaces ?? [];
    for (const disk of cloud.store.list("disk", (one) => one.linode === id)) cloud.store.remove("disk", disk.id);
    for (const config of cloud.store.list("config", (one) => one.linode === id))
      cloud.store.remove("config", config.id);
    const rebuilt = cloud.store.update("linode", id, {
      image: deployment.image,
      status: "rebuilding",
      updated: linodeTime(),
      bootedConfig: null,
      has_user_data: deployment.userData !== null || linode.has_user_data,
      ...(body.type != null ? { type: body.type } : {}),
      ...(body.disk_encryption ? { disk_encryption: body.disk_encryption } : {}),
    });
    const config = newDisksAndConfig(cloud, rebuilt, { deployment, swap: defaultSwapMb, interfaces });
    const image = imageEntity(deployment.image ?? "");
    schedule(cloud, {
      action: "linode_rebuild",
      linode,
      job: { kind: "rebuild", ...deployment },
      ...(image ? { secondary: image } : {}),
    });
    if (config && body.booted !== false) {
      const job = { kind: "boot", config: config.id, status: "booting" } as const;
      schedule(cloud, { action: "linode_boot", linode, job, secondary: configEntity(config) });
    }
    return rebuilt;
  });
}

function checkLabel({ store }: Cloud, checks: Checks, label: string | null | undefined): void {
  if (label == null || !checks.that(isLabel(label), labelRule, "label")) return;
  checks.that(
    store.list("linode", (other) => other.label === label).length === 0,
    "Label must be unique among your linodes",
    "label",
  );
}

function checkPolicy(checks: Checks, policy: string | null | undefined): void {
  const known = policy == null || ["linode/migrate", "linode/power_off_on"].includes(policy);
  checks.that(known, "Unsupported maintenance policy slug format.", "maintenance_policy");
}

function checkDisk(
  checks: Checks,
  deployment: Deployment,
  planMb: number,
  swap: number,
  bootSize?: number | null,
): void {
  const image = deployment.image === null ? undefined : images.get(deployment.image);
  if (!image || planMb === 0) return;
  const field = bootSize == null ? "swap_size" : "boot_size";
  checks.that((bootSize ?? planMb - swap) >= image.size, `The image needs a disk of at least ${image.size} MB.`, field);
  checks.that((bootSize ?? 0) + swap <= planMb, `The plan has ${planMb} MB for all disks.`, field);
}

/** What Linode has and the local Linode has not is refused, so that nobody counts on it. */
function checkUnavailable(checks: Checks, body: CreateInstance): void {
  const absent = (value: unknown, what: string, field: string) =>
    checks.that(value === null || value === undefined, `${what} not available on the local Linode.`, field);
  absent(body.placement_group?.id, "Placement groups are", "placement_group.id");
  absent(body.ipv4?.[0], "Reserved addresses are", "ipv4");
  checks.that(
    body.interface_generation !== "linode",
    "Linode interfaces are not available on the local Linode; use legacy_config.",
    "interface_generation",
  );
  checkPolicy(checks, body.maintenance_policy);
  const metadata =
    body.metadata?.user_data &&
    regions.has(body.region) &&
    !regions.get(body.region)?.capabilities.includes("Metadata");
  checks.that(!metadata, "Metadata is not available in this region", "metadata.user_data");
}

function newLinode(cloud: Cloud, body: CreateInstance): Linode {
  const { store } = cloud;
  const [id, now] = [store.nextId(), linodeTime()];
  const backups = body.backups_enabled ?? accountSettings(cloud).backups_enabled === true;
  const linode: Linode = {
    id,
    label: body.label ?? `linode${id}`,
    group: body.group ?? "",
    status: "provisioning",
    created: now,
    updated: now,
    type: body.type,
    image: body.image ?? null,
    region: body.region,
    tags: tagsOf(body.tags),
    watchdog_enabled: true,
    alerts: alertsOf(body.type),
    backups_enabled: backups,
    ...(backups && { backupSchedule: unscheduled }),
    host_uuid: randomBytes(20).toString("hex"),
    has_user_data: Boolean(body.metadata?.user_data),
    disk_encryption: body.disk_encryption ?? "enabled",
    maintenance_policy: body.maintenance_policy ?? "linode/migrate",
    ipv6: "",
    bootedConfig: null,
    lassie: [],
  };
  return store.put("linode", { ...linode, ipv6: ipv6Beside(cloud, allocatePublic(cloud, linode).id) });
}

/** Linode's defaults; CPU is a percentage of one core, so it grows with the plan. */
function alertsOf(type: string): Alerts {
  return { cpu: 90 * (types.get(type)?.vcpus ?? 1), io: 10000, network_in: 10, network_out: 10, transfer_quota: 80 };
}

interface SystemPlan {
  deployment: Deployment;
  /** MB; the disk of the system takes what it leaves, unless said otherwise. */
  swap: number;
  /** MB. */
  bootSize?: number | null | undefined;
  kernel?: string | null | undefined;
  interfaces: Interface[];
}

function newDisksAndConfig(
  cloud: Cloud,
  linode: Linode,
  { deployment, swap, bootSize, kernel, interfaces }: SystemPlan,
): Config | undefined {
  const { store } = cloud;
  const [created, plan] = [linodeTime(), must(types.get(linode.type))];
  const dates = { linode: linode.id, created, updated: created };
  const disks = disksOf(deployment, bootSize ?? plan.disk - swap, swap).map((disk): Disk => {
    return store.put("disk", {
      ...disk,
      ...dates,
      id: store.nextId(),
      status: "not ready",
      disk_encryption: linode.disk_encryption,
    });
  });
  const [root, swapDisk] = disks;
  if (!root) return undefined;
  return store.put("config", {
    ...dates,
    id: store.nextId(),
    label: `My ${images.get(deployment.image ?? "")?.label ?? ""} Disk Profile`,
    helpers: { ...allHelpers, network: accountSettings(cloud).network_helper === true },
    kernel: kernel ?? "linode/grub2",
    comments: "",
    memory_limit: 0,
    root_device: "/dev/sda",
    devices: { sda: root.id, ...(swapDisk ? { sdb: swapDisk.id } : {}) },
    initrd: null,
    run_level: "default",
    virt_mode: "paravirt",
    interfaces: withIds(cloud, interfaces),
  });
}

export const allHelpers = {
  updatedb_disabled: true,
  distro: true,
  modules_dep: true,
  network: true,
  devtmpfs_automount: true,
};

function imageEntity(id: string): { id: string; type: "image"; label: string; url: string } | undefined {
  const image = images.get(id);
  return image && { id, type: "image", label: image.label, url: `/v4/images/${id}` };
}
