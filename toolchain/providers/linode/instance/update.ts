/** Changing a Linode. Source: terraform-provider-linode 3.1.1, linode/instance/resource.go (updateResource). */
import { Context, isObject, Properties, Value } from "../../base";
import type { UpdateRequest } from "../../base/bridge/bridged";
import { setOrder } from "../../base/bridge/setOrder";
import type { LinodeClient } from "../client";
import type { Linode } from "../config";
import { act, deadline, Deadline, waitForStatus } from "../poll";
import type { Disk, InstanceConfig, InstanceType, LinodeInstance } from "../shapes";
import { resizeSwap } from "./disks";
import { changePower, nonTransientStatus } from "./power";
import { alertsBody, asList, configBody, interfaceBody } from "./request";
import { changeType } from "./resize";
import { readInstance } from "./state";

/** One update under way. */
export interface Work extends UpdateRequest {
  linode: Linode;
  client: LinodeClient;
  number: number;
  path: string;
  until: Deadline;
}

export async function updateInstance(
  request: UpdateRequest,
  context: Context<Linode>,
  seconds: number,
): Promise<Properties> {
  const { client: linode, signal } = context;
  const { id } = request;
  const path = `/linode/instances/${id}`;
  const work: Work = {
    ...request,
    linode,
    client: linode.client,
    number: Number(id),
    path,
    until: deadline(seconds, signal),
  };
  await applyChanges(work);
  const state = await readInstance(linode, id, { ...request.have, ...request.plan });
  if (state === undefined) throw new Error(`Linode ${id} was deleted while it was being updated`);
  // As the official one: what Linode itself changed meanwhile is seen by the next refresh.
  const { ipv4s, capabilities } = request.have;
  return { ...state, ipv4s, capabilities };
}

async function applyChanges(work: Work): Promise<void> {
  const { client, path, changed, want } = work;
  refuse(work);
  await client.get<LinodeInstance>("sdk", path);
  await changePlacement(work);
  await changeSimpleFields(work);
  if (changed.has("backupsEnabled")) {
    await client.post("sdk", `${path}/backups/${work.plan.backupsEnabled === true ? "enable" : "cancel"}`);
  }
  let reboot = await addPrivateIp(work);
  await migrate(work);
  reboot = (await changeTypeIfNeeded(work)) || reboot;
  reboot = (await resizeSwap(work)) || reboot;
  const { configs, disks } = await rewriteConfigs(work);
  const config = bootConfig(work, configs);
  if (changed.has("interfaces")) reboot = await changeInterfaces(work, config);
  if (changed.has("sharedIpv4s")) {
    const ips = setOrder(asList(work.plan.sharedIpv4s));
    await client.post("sdk", "/networking/ips/share", { ips, linode_id: work.number });
  }
  if (want.booted === false || work.linode.skipImplicitReboots) reboot = false;
  if (reboot && disks > 0 && configs.size > 0 && config > 0) await rebootInto(work, config);
  await changePower(work, config);
}

function refuse({ changed, want }: Work): void {
  for (const name of ["disks", "configs"]) {
    if (!changed.has(name)) continue;
    throw new Error(
      `${name}: changes of explicit disks and configs are not in this stand-in of pulumi-linode: use the official plugin.`,
    );
  }
  if (want.booted === true && !want.image)
    throw new Error("failed to validate: booted requires an image or disk/config be defined");
}

async function changePlacement({ client, have, want, number, changed }: Work): Promise<void> {
  const group = (value: Value | undefined) => (isObject(value) ? value : {});
  const [old, wanted] = [group(have.placementGroup), group(want.placementGroup)];
  if (!changed.has("placementGroup") || old.id === wanted.id) return;
  if (old.id) await client.post("sdk", `/placement/groups/${old.id as number}/unassign`, { linodes: [number] });
  if (!wanted.id) return;
  const strict = wanted.compliantOnly === undefined ? {} : { compliant_only: wanted.compliantOnly };
  await client.post("sdk", `/placement/groups/${wanted.id as number}/assign`, { linodes: [number], ...strict });
}

async function changeSimpleFields({ client, path, plan, changed, want, number }: Work): Promise<void> {
  const body: Record<string, unknown> = {};
  if (changed.has("label")) body.label = plan.label;
  if (changed.has("group")) body.group = want.group ?? "";
  if (changed.has("alerts")) body.alerts = alertsBody(plan.alerts);
  if (changed.has("watchdogEnabled")) body.watchdog_enabled = plan.watchdogEnabled;
  if (changed.has("tags")) body.tags = setOrder(asList(want.tags));
  if (Object.keys(body).length === 0) return;
  await client.put("sdk", path, body).catch((error: Error) => {
    throw new Error(`Error updating Instance ${number}: ${error.message}`);
  });
}

async function addPrivateIp({ client, path, plan, changed, number }: Work): Promise<boolean> {
  if (!changed.has("privateIp")) return false;
  if (plan.privateIp !== true) {
    throw new Error(
      `Error removing private IP address for Instance ${number}: Removing a Private IP address must be handled through a support ticket`,
    );
  }
  await client.post("sdk", `${path}/ips`, { type: "ipv4", public: false });
  return true;
}

async function migrate({ client, linode, path, plan, changed, number, until }: Work): Promise<void> {
  if (!changed.has("region")) return;
  const move = () => client.post("sdk", `${path}/migrate`, { type: plan.migrationType, region: plan.region });
  await act(linode, number, "linode_migrate_datacenter", move, until);
  await client.get("sdk", path);
}

/** True if the Linode has to be started again after it. */
async function changeTypeIfNeeded(work: Work): Promise<boolean> {
  const { client, have, plan } = work;
  const specs = (type: Value | undefined) => client.get<InstanceType>("sdk", `/linode/types/${type as string}`);
  const old = await specs(have.type);
  const wanted = plan.type === have.type ? old : await specs(plan.type);
  if (old.id === wanted.id) return false;
  await changeType(work, wanted).catch((error: Error) => {
    throw new Error(`failed to change instance type: ${error.message}`);
  });
  return wanted.disk > old.disk;
}

/** Every update writes each configuration of the state again, whatever changed. */
async function rewriteConfigs({ client, path, have }: Work): Promise<{ configs: Map<string, number>; disks: number }> {
  const disks = await client.list<Disk>("sdk", `${path}/disks`);
  const there = await client.list<InstanceConfig>("sdk", `${path}/configs`);
  const configs = new Map<string, number>();
  for (const config of asList(have.configs)) {
    const existing = isObject(config) ? there.find(({ label }) => label === config.label) : undefined;
    if (existing === undefined || !isObject(config)) continue;
    const updated = await client.put<InstanceConfig>("sdk", `${path}/configs/${existing.id}`, configBody(config));
    configs.set(updated.label, updated.id);
  }
  return { configs, disks: disks.length };
}

function bootConfig({ plan }: Work, configs: Map<string, number>): number {
  const label = plan.bootConfigLabel;
  if (typeof label !== "string" || label === "") return 0;
  const found = configs.get(label);
  if (found === undefined) throw new Error(`Error setting boot_config_label: Config label '${label}' not found`);
  return found;
}

/** True if the Linode has to be rebooted for it: with a VPC interface it is off while they change. */
async function changeInterfaces(work: Work, config: number): Promise<boolean> {
  const { client, linode, path, want, number, until } = work;
  const existing = await client.get<InstanceConfig>("sdk", `${path}/configs/${config}`);
  const interfaces = asList(want.interfaces);
  const isVpc = (item: Value | { purpose: string }) => (item as { purpose?: string }).purpose === "vpc";
  const off = [...(existing.interfaces ?? []), ...interfaces].some(isVpc);
  const { status } = await client.get<LinodeInstance>("sdk", path);
  if (off) await turnOff(work);
  const body = { comments: "", interfaces: interfaces.map(interfaceBody), memory_limit: 0, init_rd: null };
  await client.put("sdk", `${path}/configs/${config}`, body);
  const unsaid = want.booted === undefined || want.booted === null;
  if (off && unsaid && status === "running") {
    await act(linode, number, "linode_boot", () => client.post("sdk", `${path}/boot`, { config_id: config }), until);
  }
  return !off;
}

async function turnOff(work: Work): Promise<void> {
  const { client, linode, path, number, until } = work;
  if (linode.skipImplicitReboots) {
    throw new Error(
      "Adding, removing, and reordering a Linode VPC interface requires the implicit reboot of the Linode, " +
        "please consider setting 'skip_implicit_reboots' to true in the Linode provider config.",
    );
  }
  if ((await nonTransientStatus(work)) === "offline") return;
  await act(linode, number, "linode_shutdown", () => client.post("sdk", `${path}/shutdown`), until);
}

async function rebootInto({ client, linode, path, number, until }: Work, config: number): Promise<void> {
  await act(linode, number, "linode_reboot", () => client.post("sdk", `${path}/reboot`, { config_id: config }), until);
  await waitForStatus(linode, number, "running", until);
}
