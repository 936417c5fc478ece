/** Answers of Linode that the stub starts from. */

/** When everything was made. */
export const created = "2026-01-02T03:04:05";

export const recordDefaults = {
  name: "",
  priority: 0,
  weight: 0,
  port: 0,
  service: null,
  protocol: null,
  tag: null,
  ttl_sec: 0,
};

export const configDefaults = {
  label: "My Debian 12 Disk Profile",
  comments: "",
  kernel: "linode/grub2",
  memory_limit: 0,
  run_level: "default",
  virt_mode: "paravirt",
  root_device: "/dev/sda",
  initrd: null,
  helpers: { updatedb_disabled: true, distro: true, modules_dep: true, network: true, devtmpfs_automount: true },
  devices: { sda: null, sdb: null, sdc: null, sdd: null, sde: null, sdf: null, sdg: null, sdh: null } as object,
};

export const instanceDefaults = {
  created,
  updated: created,
  hypervisor: "kvm",
  host_uuid: "3a3ddd59d9a78bb8de041391075df44de62bfec8",
  watchdog_enabled: true,
  ipv6: "2001:db8::f03c:95ff:fe12:3456/128",
  alerts: { cpu: 90, io: 10000, network_in: 10, network_out: 10, transfer_quota: 80 },
  backups: { available: false, enabled: false, last_successful: null, schedule: { day: null, window: null } },
  specs: { disk: 25600, memory: 1024, vcpus: 1, gpus: 0, transfer: 1000, accelerated_devices: 0 },
  capabilities: ["SMTP Enabled"],
  disk_encryption: "enabled",
  lke_cluster_id: null,
};

export function typeShape(id: string) {
  const small = id === "g6-nanode-1";
  const price = { hourly: small ? 0.0075 : 0.018, monthly: small ? 5 : 12 };
  return {
    id,
    label: small ? "Nanode 1GB" : "Linode 2GB",
    class: small ? "nanode" : "standard",
    disk: small ? 25600 : 51200,
    memory: small ? 1024 : 2048,
    vcpus: 1,
    gpus: 0,
    accelerated_devices: 0,
    transfer: small ? 1000 : 2000,
    network_out: small ? 1000 : 2000,
    price,
    region_prices: [{ id: "id-cgk", hourly: 0.009, monthly: 6 }],
    addons: {
      backups: {
        price: { hourly: 0.003, monthly: 2 },
        region_prices: [{ id: "id-cgk", hourly: 0.0036, monthly: 2.4 }],
      },
    },
    successor: null,
  };
}

export function regionShape(id: string) {
  return {
    id,
    label: "Paris, FR",
    country: "fr",
    site_type: "core",
    status: "ok",
    capabilities: ["Linodes", "Cloud Firewall", "Vlans", "VPCs", "Metadata"],
    resolvers: { ipv4: "172.232.32.16,172.232.32.21", ipv6: "2600:3c0c::1,2600:3c0c::2" },
    placement_group_limits: { maximum_pgs_per_customer: 100, maximum_linodes_per_pg: 5 },
  };
}

export function imageShape(id: string) {
  return {
    id,
    label: "Debian 12",
    description: "",
    created: "2023-06-12T17:01:46",
    updated: "2023-06-12T17:01:46",
    created_by: "linode",
    type: "manual",
    vendor: "Debian",
    deprecated: false,
    is_public: true,
    size: 1800,
    total_size: 1800,
    status: "available",
    eol: "2028-06-10T04:00:00",
    expiry: null,
    tags: [],
    capabilities: ["cloud-init", "distributed-sites"],
    regions: [],
  };
}

export const profileShape = {
  uid: 1234,
  username: "operator",
  email: "operator@example.org",
  timezone: "GMT",
  ip_whitelist_enabled: false,
  two_factor_auth: true,
  restricted: false,
  lish_auth_method: "keys_only",
  authentication_type: "password",
  authorized_keys: [],
  email_notifications: true,
  referrals: { total: 0, completed: 0, pending: 0, credit: 0, code: "abc", url: "https://example.org/?r=abc" },
  verified_phone_number: null,
};
