/** Linode's answers, as far as the provider reads them. Source: https://techdocs.akamai.com/linode-api/reference */

export interface LinodeEvent {
  id: number;
  status: "scheduled" | "started" | "finished" | "failed" | "notification";
  message?: string;
}

export interface LinodeInstance {
  id: number;
  label: string;
  group: string;
  status: string;
  type: string;
  region: string;
  ipv4: string[];
  ipv6: string;
  tags: string[];
  capabilities?: string[];
  host_uuid: string;
  has_user_data: boolean;
  watchdog_enabled: boolean;
  disk_encryption?: string;
  lke_cluster_id: number | null;
  alerts: { cpu: number; io: number; network_in: number; network_out: number; transfer_quota: number };
  backups: { available: boolean; enabled: boolean; schedule: { day: string | null; window: string | null } };
  specs: { disk: number; memory: number; vcpus: number; transfer: number; gpus?: number; accelerated_devices?: number };
  placement_group: PlacementGroup | null;
}

export interface PlacementGroup {
  id: number;
  label: string;
  placement_group_type: string;
  placement_group_policy: string;
}

export interface InstanceAddress {
  address: string;
  rdns: string;
}

export interface InstanceAddresses {
  ipv4: { public: InstanceAddress[]; private: InstanceAddress[]; shared: InstanceAddress[] };
}

export interface Disk {
  id: number;
  label: string;
  size: number;
  filesystem: string;
  status: string;
}

export interface Device {
  disk_id: number | null;
  volume_id: number | null;
}

export interface InstanceConfig {
  id: number;
  label: string;
  comments: string;
  kernel: string;
  memory_limit: number;
  root_device: string;
  run_level: string;
  virt_mode: string;
  initrd?: number | null;
  helpers: {
    updatedb_disabled: boolean;
    distro: boolean;
    modules_dep: boolean;
    network: boolean;
    devtmpfs_automount: boolean;
  };
  devices: Record<string, Device | null>;
  interfaces: ConfigInterface[] | null;
}

export interface ConfigInterface {
  id: number;
  purpose: string;
  label: string | null;
  ipam_address: string | null;
  primary: boolean;
  active: boolean;
  subnet_id: number | null;
  vpc_id: number | null;
  ipv4: { vpc: string | null; nat_1_1: string | null } | null;
  ip_ranges: string[] | null;
}

export interface InstanceType {
  id: string;
  label: string;
  class: string;
  disk: number;
  memory: number;
  vcpus: number;
  gpus: number;
  accelerated_devices?: number;
  transfer: number;
  network_out: number;
  price: Price;
  region_prices: RegionPrice[];
  addons: { backups: { price: Price; region_prices: RegionPrice[] } };
}

export interface Price {
  hourly: number | null;
  monthly: number | null;
}

export interface RegionPrice extends Price {
  id: string;
}

export interface FirewallRule {
  action: string;
  label: string;
  description?: string | null;
  ports?: string | null;
  protocol: string;
  addresses: { ipv4?: string[] | null; ipv6?: string[] | null } | null;
}

export interface FirewallRules {
  inbound: FirewallRule[];
  inbound_policy: string;
  outbound: FirewallRule[];
  outbound_policy: string;
}

export interface Firewall {
  id: number;
  label: string;
  status: string;
  tags: string[];
  created: string;
  updated: string;
  rules: FirewallRules;
}

export interface FirewallDevice {
  id: number;
  entity: { id: number; type: string; label: string; url: string };
  created: string;
  updated: string;
}
