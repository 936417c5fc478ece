import { types } from "../catalog";
import type { Cloud } from "../cloud";
import { invalid, must } from "../errors";
import { bootConfig } from "../jobs/work";
import type { Linode } from "../records";
import type { Resize } from "../schemas/instances";
import { configEntity, mustBeIdle, schedule } from "./events";
import { find } from "./instances";

/** @param configId `null`: the one that was booted last. https://techdocs.akamai.com/linode-api/reference/post-boot-linode-instance */
export function boot(cloud: Cloud, id: number, configId: number | null): void {
  start(cloud, find(cloud, id), configId, "linode_boot", "booting");
}

/** Of a Linode that is off it is a boot. https://techdocs.akamai.com/linode-api/reference/post-reboot-linode-instance */
export function reboot(cloud: Cloud, id: number, configId: number | null): void {
  start(cloud, find(cloud, id), configId, "linode_reboot", "rebooting");
}

/** https://techdocs.akamai.com/linode-api/reference/post-shutdown-linode-instance */
export function shutdown(cloud: Cloud, id: number): void {
  const linode = find(cloud, id);
  mustBeIdle(cloud, linode);
  cloud.store.write(() => schedule(cloud, { action: "linode_shutdown", linode, job: { kind: "shutdown" } }));
}

/** A Linode that was on is booted again, after a while that clients have to see it off in. */
const bootAfterResizeMs = 10_000;

/** https://techdocs.akamai.com/linode-api/reference/post-resize-linode-instance */
export function resize(cloud: Cloud, id: number, body: Resize): void {
  const linode = find(cloud, id);
  const plan = types.get(body.type);
  if (!plan) throw invalid("A valid plan type by that ID was not found", "type");
  if (plan.id === linode.type) throw invalid("Linode is already running this service plan.");
  const disk = body.allow_auto_disk_resize ? autoResized(cloud, linode, plan.disk) : null;
  const used = disks(cloud, linode).reduce((sum, one) => sum + (one.id === disk?.id ? disk.size : one.size), 0);
  if (used > plan.disk)
    throw invalid("Linode has allocated more disk than the new service plan allows. Delete or resize disks smaller.");
  mustBeIdle(cloud, linode);
  const config = linode.status === "running" ? bootConfig(cloud, linode, null) : undefined;
  cloud.store.write(() => {
    schedule(cloud, { action: "linode_resize", linode, job: { kind: "resize", type: plan.id, disk } });
    if (!config) return;
    const job = { kind: "boot", config: config.id, status: "booting", afterMs: bootAfterResizeMs } as const;
    schedule(cloud, { action: "linode_boot", linode, job, secondary: configEntity(config) });
  });
}

function start(
  cloud: Cloud,
  linode: Linode,
  wanted: number | null,
  action: string,
  status: "booting" | "rebooting",
): void {
  const config = bootConfig(cloud, linode, wanted);
  if (wanted !== null) must(config);
  if (!config) throw invalid("Linode has no configuration to boot. Make a disk and a configuration first.");
  mustBeIdle(cloud, linode);
  const job = { kind: "boot", config: config.id, status } as const;
  cloud.store.write(() => schedule(cloud, { action, linode, job, secondary: configEntity(config) }));
}

/** Linode grows the one disk of a system to what the swap leaves; with more disks it leaves all as they are. */
function autoResized(cloud: Cloud, linode: Linode, planMb: number): { id: number; size: number } | null {
  const [swap, others] = [
    disks(cloud, linode).filter((one) => one.filesystem === "swap"),
    disks(cloud, linode).filter((one) => one.filesystem !== "swap"),
  ];
  const [only, more] = others;
  if (!only || more || !/^ext[34]$/.test(only.filesystem)) return null;
  return { id: only.id, size: planMb - swap.reduce((sum, one) => sum + one.size, 0) };
}

const disks = ({ store }: Cloud, linode: Linode) => store.list("disk", (disk) => disk.linode === linode.id);
