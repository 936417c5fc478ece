/** Bodies of requests about a Linode. Source: terraform-provider-linode 3.1.1, linode/instance and linode/helper. */
import { randomBytes } from "node:crypto";
import { isObject, isUnknown, Properties, Value } from "../../base";
import { setOrder } from "../../base/bridge/setOrder";

/** Members with a value, in their order: empty texts, zeros and absent ones are left out. */
export function filled(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => {
      if (value === undefined || value === null || value === "" || value === 0 || isUnknown(value)) return false;
      return !Array.isArray(value) || value.length > 0;
    }),
  );
}

/** The body that creates a Linode; `want` are the program's inputs, `password` the one to set. */
export function creation(want: Properties, password: string): object {
  const [metadata] = asList(want.metadatas);
  const { placementGroup: group } = want;
  return filled({
    region: want.region,
    type: want.type,
    label: want.label,
    root_pass: password,
    authorized_keys: want.authorizedKeys,
    authorized_users: want.authorizedUsers,
    stackscript_id: want.stackscriptId,
    stackscript_data: want.stackscriptData,
    backup_id: want.backupId,
    image: want.image,
    interfaces: asList(want.interfaces).map(interfaceBody),
    backups_enabled: want.backupsEnabled === true ? true : undefined,
    private_ip: want.privateIp === true ? true : undefined,
    tags: setOrder(asList(want.tags)),
    metadata: isObject(metadata) ? filled({ user_data: metadata.userData }) : undefined,
    firewall_id: want.firewallId,
    disk_encryption: want.diskEncryption,
    placement_group: isObject(group) ? filled({ id: group.id, compliant_only: group.compliantOnly }) : undefined,
    swap_size: want.swapSize,
    ipv4: setOrder(asList(want.ipv4s)),
    booted: want.booted === false ? false : true,
    group: want.group,
  });
}

/** 64 random bytes would do; the official one writes 68 characters of base64. */
export function randomPassword(): string {
  return randomBytes(50).toString("base64");
}

export function interfaceBody(value: Value): object {
  if (!isObject(value)) return {};
  const { purpose, primary, label, ipamAddress, subnetId, ipv4, ipRanges } = value;
  const common = filled({ purpose });
  const first = primary === true ? { primary: true } : {};
  if (purpose === "vlan") return { ...filled({ ipam_address: ipamAddress, label }), ...common, ...first };
  if (purpose !== "vpc") return { ...common, ...first };
  const address = isObject(ipv4) ? filled({ vpc: ipv4.vpc, nat_1_1: ipv4.nat11 }) : {};
  const given = Object.keys(address).length > 0 ? { ipv4: address } : {};
  return { ...common, ...first, ...filled({ subnet_id: subnetId }), ...given, ...filled({ ip_ranges: ipRanges }) };
}

/** The update that is sent for each configuration of the state, whatever changed. */
export function configBody(config: { [name: string]: Value }): object {
  const { helpers } = config;
  const devices = isObject(config.devices) ? Object.entries(config.devices) : [];
  const used = devices.flatMap(([name, device]) => {
    if (!isObject(device)) return [];
    const body = filled({ disk_id: device.diskId, volume_id: device.volumeId });
    return Object.keys(body).length > 0 ? [[name, body] as const] : [];
  });
  return {
    label: config.label,
    comments: config.comments ?? "",
    ...(used.length > 0 ? { devices: Object.fromEntries(used) } : {}),
    ...(isObject(helpers)
      ? {
          helpers: {
            updatedb_disabled: helpers.updatedbDisabled,
            distro: helpers.distro,
            modules_dep: helpers.modulesDep,
            network: helpers.network,
            devtmpfs_automount: helpers.devtmpfsAutomount,
          },
        }
      : {}),
    interfaces: null,
    memory_limit: config.memoryLimit ?? 0,
    kernel: config.kernel,
    init_rd: null,
    root_device: config.rootDevice,
    run_level: config.runLevel,
    virt_mode: config.virtMode,
  };
}

export function alertsBody(alerts: Value | undefined): object {
  const number = (name: string) => (isObject(alerts) && typeof alerts[name] === "number" ? alerts[name] : 0);
  return {
    cpu: number("cpu"),
    io: number("io"),
    network_in: number("networkIn"),
    network_out: number("networkOut"),
    transfer_quota: number("transferQuota"),
  };
}

export function asList(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}
