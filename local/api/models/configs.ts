import { kernels } from "../catalog";
import type { Cloud } from "../cloud";
import { invalid, must } from "../errors";
import { type Config, type DeviceSlot, type Helpers, type Interface, deviceSlots } from "../records";
import type { CreateConfig, InterfaceBody, UpdateConfig, UpdateInterface } from "../schemas/instances";
import { linodeTime } from "../time";
import { Checks, given } from "./checks";
import { configEntity, linodeEntity, notify } from "./events";
import { allHelpers, find as findLinode } from "./instances";
import { planInterfaces, withIds } from "./interfaces";

export const configsOf = ({ store }: Cloud, linode: number): Config[] =>
  store.list("config", (config) => config.linode === linode);
export const find = (cloud: Cloud, linode: number, id: number): Config =>
  must(configsOf(cloud, findLinode(cloud, linode).id).find((config) => config.id === id));

/** https://techdocs.akamai.com/linode-api/reference/post-add-linode-config */
export function create(cloud: Cloud, linodeId: number, body: CreateConfig): Config {
  const linode = findLinode(cloud, linodeId);
  if (body.devices == null) throw invalid("Must include at least one disk or volume!");
  const now = linodeTime();
  const blank: Config = {
    id: 0,
    linode: linode.id,
    label: body.label,
    helpers: allHelpers,
    kernel: "linode/latest-64bit",
    comments: "",
    memory_limit: 0,
    created: now,
    updated: now,
    root_device: "/dev/sda",
    devices: {},
    initrd: null,
    run_level: "default",
    virt_mode: "paravirt",
    interfaces: [],
  };
  const planned = plan(cloud, linode.region, blank, body);
  return cloud.store.write(() => {
    const made = { ...planned, id: cloud.store.nextId(), interfaces: withIds(cloud, planned.interfaces) };
    notify(cloud, "linode_config_create", linodeEntity(linode), configEntity(made));
    return cloud.store.put("config", made);
  });
}

/** What is null or absent stays. https://techdocs.akamai.com/linode-api/reference/put-linode-config */
export function update(cloud: Cloud, linodeId: number, id: number, body: UpdateConfig): Config {
  const [linode, config] = [findLinode(cloud, linodeId), find(cloud, linodeId, id)];
  const planned = plan(cloud, linode.region, config, body);
  return cloud.store.write(() => {
    notify(cloud, "linode_config_update", linodeEntity(linode), configEntity(planned));
    return cloud.store.put("config", {
      ...planned,
      interfaces: withIds(cloud, planned.interfaces),
      updated: linodeTime(),
    });
  });
}

export function remove(cloud: Cloud, linodeId: number, id: number): void {
  const [linode, config] = [findLinode(cloud, linodeId), find(cloud, linodeId, id)];
  if (isActive(cloud, config)) throw invalid("Linode is running with this configuration. Power it off first.");
  cloud.store.write(() => {
    cloud.store.remove("config", id);
    notify(cloud, "linode_config_delete", linodeEntity(linode), configEntity(config));
  });
}

/** Whether its interfaces are up: its Linode was booted with it. */
export function isActive({ store }: Cloud, config: Config): boolean {
  const linode = store.get("linode", config.linode);
  return linode?.bootedConfig === config.id && ["running", "rebooting", "shutting_down"].includes(linode.status);
}

export const findInterface = (cloud: Cloud, linode: number, config: number, id: number): Interface =>
  must(find(cloud, linode, config).interfaces.find((one) => one.id === id));

/** https://techdocs.akamai.com/linode-api/reference/post-linode-config-interface */
export function addInterface(cloud: Cloud, linodeId: number, configId: number, body: InterfaceBody): Interface {
  const config = find(cloud, linodeId, configId);
  if (config.interfaces.length >= 3) throw invalid("A configuration can have at most 3 interfaces.");
  return must(setInterfaces(cloud, config, [...config.interfaces.map(bodyOf), body]).interfaces.at(-1));
}

/** https://techdocs.akamai.com/linode-api/reference/put-linode-config-interface */
export function updateInterface(
  cloud: Cloud,
  linodeId: number,
  configId: number,
  id: number,
  body: UpdateInterface,
): Interface {
  const config = find(cloud, linodeId, configId);
  const index = config.interfaces.indexOf(findInterface(cloud, linodeId, configId, id));
  const bodies = config.interfaces.map((one, at) => {
    if (at !== index) return body.primary ? { ...bodyOf(one), primary: false } : bodyOf(one);
    return {
      ...bodyOf(one),
      ...given({ primary: body.primary, ip_ranges: body.ip_ranges }),
      ipv4: { ...bodyOf(one).ipv4, ...given(body.ipv4 ?? {}) },
    };
  });
  return must(setInterfaces(cloud, config, bodies).interfaces[index]);
}

/** https://techdocs.akamai.com/linode-api/reference/delete-linode-config-interface */
export function removeInterface(cloud: Cloud, linodeId: number, configId: number, id: number): void {
  const config = find(cloud, linodeId, configId);
  findInterface(cloud, linodeId, configId, id);
  if (isActive(cloud, config)) throw invalid("Interface is active. Power the Linode off first.");
  const interfaces = config.interfaces.filter((one) => one.id !== id);
  cloud.store.write(() => cloud.store.update("config", config.id, { interfaces, updated: linodeTime() }));
}

/** https://techdocs.akamai.com/linode-api/reference/post-linode-config-interfaces */
export function orderInterfaces(cloud: Cloud, linodeId: number, configId: number, ids: number[]): void {
  const config = find(cloud, linodeId, configId);
  const sorted = ids.flatMap((id) => config.interfaces.find((one) => one.id === id) ?? []);
  const same = sorted.length === config.interfaces.length && new Set(ids).size === ids.length;
  if (!same) throw invalid("Must hold the id of every interface of the configuration once", "ids");
  cloud.store.write(() => cloud.store.update("config", config.id, { interfaces: sorted, updated: linodeTime() }));
}

function setInterfaces(cloud: Cloud, config: Config, bodies: InterfaceBody[]): Config {
  return update(cloud, config.linode, config.id, { interfaces: bodies });
}

function bodyOf(one: Interface): InterfaceBody {
  if (one.purpose === "public") return { purpose: "public", primary: one.primary };
  return { purpose: "vpc", primary: one.primary, subnet_id: one.subnet, ipv4: { vpc: one.address } };
}

/** The config as it would be. Nothing is written. */
function plan(cloud: Cloud, region: string, config: Config, body: UpdateConfig): Config {
  const checks = new Checks();
  const { label, comments, kernel, memory_limit, root_device, run_level, virt_mode } = body;
  if (kernel != null) checks.that(kernels.has(kernel), "kernel is not valid", "kernel");
  const devices = body.devices == null ? config.devices : planDevices(cloud, checks, config.linode, body.devices);
  const interfaces =
    body.interfaces == null
      ? config.interfaces
      : planInterfaces(cloud, checks, { bodies: body.interfaces, region, config });
  checks.done();
  return {
    ...config,
    ...given({ label, comments, kernel, memory_limit, root_device, run_level, virt_mode }),
    helpers: { ...config.helpers, ...(given(body.helpers ?? {}) as Partial<Helpers>) },
    devices,
    interfaces,
  };
}

function planDevices(
  cloud: Cloud,
  checks: Checks,
  linode: number,
  body: NonNullable<UpdateConfig["devices"]>,
): Config["devices"] {
  const devices: Partial<Record<DeviceSlot, number>> = {};
  for (const slot of deviceSlots) {
    const { disk_id, volume_id } = body[slot] ?? {};
    checks.that(volume_id == null, "Volumes are not available on the local Linode.", `devices.${slot}.volume_id`);
    if (disk_id == null) continue;
    checks.that(
      cloud.store.get("disk", disk_id)?.linode === linode,
      "Disk not found on this Linode",
      `devices.${slot}.disk_id`,
    );
    devices[slot] = disk_id;
  }
  return devices;
}
