import { must } from "../errors";
import { types } from "../catalog";
import type { Cloud } from "../cloud";
import { addressesOf } from "../models/addresses";
import { isActive } from "../models/configs";
import { backupService } from "./backups";
import { type Config, type Disk, type Interface, type Linode, deviceSlots } from "../records";

// Shapes as recorded from the real API in 2026: keys, types and nulls.

export function instance(cloud: Cloud, linode: Linode) {
  const plan = must(types.get(linode.type));
  return {
    id: linode.id,
    label: linode.label,
    group: linode.group,
    status: linode.status,
    created: linode.created,
    updated: linode.updated,
    type: linode.type,
    ipv4: addressesOf(cloud, linode.id).map((address) => address.id),
    ipv6: `${linode.ipv6}/128`,
    image: linode.image,
    region: linode.region,
    site_type: "core",
    specs: {
      disk: plan.disk,
      memory: plan.memory,
      vcpus: plan.vcpus,
      gpus: plan.gpus,
      transfer: plan.transfer,
      accelerated_devices: 0,
    },
    alerts: { ...linode.alerts, system_alerts: [], user_alerts: [] },
    backups: backupService(cloud, linode),
    hypervisor: "kvm",
    watchdog_enabled: linode.watchdog_enabled,
    tags: linode.tags,
    host_uuid: linode.host_uuid,
    has_user_data: linode.has_user_data,
    placement_group: null,
    disk_encryption: linode.disk_encryption,
    lke_cluster_id: null,
    capabilities: [] as string[],
    interface_generation: "legacy_config",
    maintenance_policy: linode.maintenance_policy,
    locks: [] as string[],
  };
}

export function disk({ id, status, label, created, updated, filesystem, size, disk_encryption }: Disk) {
  return { id, status, label, created, updated, filesystem, size, disk_encryption };
}

export function config(cloud: Cloud, row: Config) {
  const device = (id: number | undefined) => (id === undefined ? null : { disk_id: id, volume_id: null });
  return {
    id: row.id,
    label: row.label,
    helpers: row.helpers,
    kernel: row.kernel,
    comments: row.comments,
    memory_limit: row.memory_limit,
    created: row.created,
    updated: row.updated,
    root_device: row.root_device,
    devices: Object.fromEntries(deviceSlots.map((slot) => [slot, device(row.devices[slot])])),
    initrd: row.initrd,
    run_level: row.run_level,
    virt_mode: row.virt_mode,
    interfaces: row.interfaces.map((one) => configInterface(one, isActive(cloud, row))),
  };
}

export function configInterface(one: Interface, active: boolean) {
  const common = { id: one.id, purpose: one.purpose, primary: one.primary, active, ipam_address: null, label: null };
  if (one.purpose === "public")
    return { ...common, vpc_id: null, subnet_id: null, ipv4: null, ip_ranges: [], ipv6: null };
  const ipv4 = { vpc: one.address, nat_1_1: null };
  return { ...common, vpc_id: one.vpc, subnet_id: one.subnet, ipv4, ip_ranges: [], ipv6: null };
}
