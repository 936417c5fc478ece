/** A Linode as it stands in the state. Source: terraform-provider-linode 3.1.1, linode/instance/{resource,flatten}.go. */
import type { Properties, Value } from "../../base";
import { sorted } from "../../base/bridge/plan";
import { isNotFound } from "../client";
import type { Linode } from "../config";
import type { ConfigInterface, Disk, InstanceAddresses, InstanceConfig, LinodeInstance } from "../shapes";

/** Asks for all there is of the Linode; undefined if it is gone. `have`: what of the state only the program says. */
export async function readInstance({ client }: Linode, id: string, have: Properties): Promise<Properties | undefined> {
  const path = `/linode/instances/${id}`;
  let instance: LinodeInstance;
  try {
    instance = await client.get<LinodeInstance>("sdk", path);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`failed to get instance: ${error instanceof Error ? error.message : String(error)}`);
  }
  const addresses = await client.get<InstanceAddresses>("sdk", `${path}/ips`);
  const disks = await client.list<Disk>("sdk", `${path}/disks`);
  const configs = await client.list<InstanceConfig>("sdk", `${path}/configs`);
  return {
    ...said(have),
    ...facts(instance),
    ...addressFacts(addresses, have),
    ...diskFacts(disks),
    ...configFacts(configs, disks, have),
  };
}

/** What Linode does not tell: it stays as the program said it. */
function said(have: Properties): Properties {
  const names = [
    "authorizedKeys",
    "authorizedUsers",
    "backupId",
    "firewallId",
    "image",
    "metadatas",
    "migrationType",
    "placementGroupExternallyManaged",
    "resizeDisk",
    "rootPass",
    "stackscriptData",
    "stackscriptId",
  ];
  const kept = Object.fromEntries(names.map((name) => [name, have[name] ?? null]));
  return {
    ...kept,
    metadatas: have.metadatas ?? [],
    interfaces: have.interfaces ?? [],
    bootConfigLabel: have.bootConfigLabel ?? null,
  };
}

function facts(instance: LinodeInstance): Properties {
  const { alerts, backups, specs, placement_group: group } = instance;
  const { day, window } = backups.schedule;
  return {
    ipv4s: sorted(instance.ipv4),
    ipv6: instance.ipv6,
    label: instance.label,
    status: instance.status,
    type: instance.type,
    region: instance.region,
    watchdogEnabled: instance.watchdog_enabled,
    group: instance.group,
    tags: sorted(instance.tags),
    capabilities: sorted(instance.capabilities ?? []),
    booted: ["running", "booting", "rebooting"].includes(instance.status),
    hostUuid: instance.host_uuid,
    hasUserData: instance.has_user_data,
    lkeClusterId: instance.lke_cluster_id ?? 0,
    diskEncryption: instance.disk_encryption ?? "",
    backups: [
      { available: backups.available, enabled: backups.enabled, schedules: [{ day: day ?? "", window: window ?? "" }] },
    ],
    backupsEnabled: backups.enabled,
    specs: [
      {
        acceleratedDevices: specs.accelerated_devices ?? 0,
        disk: specs.disk,
        gpus: specs.gpus ?? 0,
        memory: specs.memory,
        transfer: specs.transfer,
        vcpus: specs.vcpus,
      },
    ],
    alerts: {
      cpu: alerts.cpu,
      io: alerts.io,
      networkIn: alerts.network_in,
      networkOut: alerts.network_out,
      transferQuota: alerts.transfer_quota,
    },
    placementGroup: group && {
      id: group.id,
      label: group.label,
      placementGroupType: group.placement_group_type,
      placementGroupPolicy: group.placement_group_policy,
      compliantOnly: false,
    },
  };
}

/** The address that was first stays, as long as it is still there. */
function addressFacts({ ipv4 }: InstanceAddresses, have: Properties): Properties {
  const pick = (found: { address: string }[], before: Value | undefined) =>
    found.some(({ address }) => address === before) ? (before ?? null) : (found[0]?.address ?? before ?? null);
  return {
    ipAddress: pick(ipv4.public, have.ipAddress),
    privateIp: ipv4.private.length > 0,
    privateIpAddress: pick(ipv4.private, have.privateIpAddress),
    sharedIpv4s: sorted(ipv4.shared.map(({ address }) => address)),
  };
}

function diskFacts(disks: Disk[]): Properties {
  const swap = disks.filter(({ filesystem }) => filesystem === "swap").reduce((total, { size }) => total + size, 0);
  return {
    swapSize: swap,
    disks: disks.map(({ id, label, size, filesystem }) => ({
      authorizedKeys: [],
      authorizedUsers: [],
      filesystem,
      id,
      image: "",
      label,
      readOnly: false,
      rootPass: "",
      size,
      stackscriptData: {},
      stackscriptId: 0,
    })),
  };
}

function configFacts(configs: InstanceConfig[], disks: Disk[], have: Properties): Properties {
  const labels = new Map(disks.map(({ id, label }) => [id, label]));
  const [only] = configs;
  const state: Properties = { configs: configs.map((config) => configState(config, labels)) };
  if (only === undefined || configs.length !== 1) return state;
  if (Array.isArray(have.interfaces) && have.interfaces.length > 0)
    state.interfaces = (only.interfaces ?? []).map(interfaceState);
  return { ...state, bootConfigLabel: only.label };
}

function configState(config: InstanceConfig, labels: Map<number, string>): Value {
  const { helpers } = config;
  const devices = [..."abcdefgh"].map((letter) => {
    const device = config.devices[`sd${letter}`];
    if (!device) return [`sd${letter}`, null] as const;
    const diskId = device.disk_id ?? 0;
    return [`sd${letter}`, { diskId, diskLabel: labels.get(diskId) ?? "", volumeId: device.volume_id ?? 0 }] as const;
  });
  return {
    id: config.id,
    label: config.label,
    comments: config.comments,
    kernel: config.kernel,
    memoryLimit: config.memory_limit,
    rootDevice: config.root_device,
    runLevel: config.run_level,
    virtMode: config.virt_mode,
    helpers: {
      devtmpfsAutomount: helpers.devtmpfs_automount,
      distro: helpers.distro,
      modulesDep: helpers.modules_dep,
      network: helpers.network,
      updatedbDisabled: helpers.updatedb_disabled,
    },
    devices: Object.fromEntries(devices),
    interfaces: (config.interfaces ?? []).map(interfaceState),
  };
}

function interfaceState(item: ConfigInterface): Value {
  const { ipv4 } = item;
  return {
    active: item.active,
    id: item.id,
    ipRanges: item.ip_ranges ?? [],
    ipamAddress: item.ipam_address ?? "",
    ipv4: ipv4 && { nat11: ipv4.nat_1_1 ?? "", vpc: ipv4.vpc ?? "" },
    label: item.label ?? "",
    primary: item.primary,
    purpose: item.purpose,
    subnetId: item.subnet_id ?? 0,
    vpcId: item.vpc_id ?? 0,
  };
}
