import { type Static, Type } from "@sinclair/typebox";
import { Schedule } from "./backups";
import { Maybe, Nullable, OneOf, Tags, Text } from "./common";

// Limits: https://techdocs.akamai.com/linode-api/reference/post-linode-instance (and the operations below it).

const RootPassword = Type.String({ minLength: 11, maxLength: 128, reason: "Length must be 11-128 characters" });
const Keys = Maybe(Type.Array(Type.String()));

/** What may be said of an instance at any time. */
const Common = {
  label: Maybe(Text(3, 64)),
  group: Maybe(Text(0, 50)),
  tags: Tags,
  maintenance_policy: Maybe(Type.String()),
};

/** What goes on a new root disk. */
const Deploy = {
  image: Maybe(Type.String()),
  root_pass: Maybe(RootPassword),
  authorized_keys: Keys,
  authorized_users: Maybe(Type.Array(Type.String())),
  stackscript_id: Maybe(Type.Integer()),
  stackscript_data: Maybe(Type.Object({})),
};

export const InterfaceBody = Type.Object({
  purpose: OneOf("public", "vlan", "vpc"),
  primary: Maybe(Type.Boolean()),
  subnet_id: Maybe(Type.Integer()),
  ipv4: Maybe(Type.Object({ vpc: Maybe(Type.String()), nat_1_1: Maybe(Type.String()) })),
  ipv6: Maybe(Type.Object({})),
  ip_ranges: Maybe(Type.Array(Type.String())),
  label: Maybe(Type.String()),
  ipam_address: Maybe(Type.String()),
});
export type InterfaceBody = Static<typeof InterfaceBody>;

export const CreateInstance = Type.Object({
  ...Common,
  ...Deploy,
  region: Type.String(),
  type: Type.String(),
  booted: Maybe(Type.Boolean()),
  swap_size: Maybe(Type.Integer({ minimum: 0 })),
  private_ip: Maybe(Type.Boolean()),
  backups_enabled: Maybe(Type.Boolean()),
  backup_id: Maybe(Type.Integer()),
  firewall_id: Maybe(Type.Integer()),
  interfaces: Maybe(Type.Array(InterfaceBody, { maxItems: 3 })),
  interface_generation: Maybe(OneOf("legacy_config", "linode")),
  metadata: Maybe(Type.Object({ user_data: Maybe(Type.String()) })),
  disk_encryption: Maybe(OneOf("enabled", "disabled")),
  placement_group: Maybe(Type.Object({ id: Maybe(Type.Integer()) })),
  ipv4: Maybe(Type.Array(Type.String())),
  kernel: Maybe(Type.String()),
  boot_size: Maybe(Type.Integer()),
  network_helper: Maybe(Type.Boolean()),
});
export type CreateInstance = Static<typeof CreateInstance>;

const AlertsBody = Type.Object({
  cpu: Maybe(Type.Integer({ minimum: 0 })),
  io: Maybe(Type.Integer({ minimum: 0 })),
  network_in: Maybe(Type.Integer({ minimum: 0 })),
  network_out: Maybe(Type.Integer({ minimum: 0 })),
  transfer_quota: Maybe(Type.Integer({ minimum: 0, maximum: 100 })),
});

export const UpdateInstance = Type.Object({
  ...Common,
  watchdog_enabled: Maybe(Type.Boolean()),
  alerts: Maybe(AlertsBody),
  backups: Maybe(Schedule),
});
export type UpdateInstance = Static<typeof UpdateInstance>;

export const Boot = Nullable(Type.Object({ config_id: Maybe(Type.Integer()) }));
export type Boot = Static<typeof Boot>;

export const Resize = Type.Object({
  type: Type.String(),
  migration_type: Maybe(OneOf("warm", "cold")),
  allow_auto_disk_resize: Maybe(Type.Boolean()),
});
export type Resize = Static<typeof Resize>;

export const Rebuild = Type.Object({
  ...Deploy,
  booted: Maybe(Type.Boolean()),
  type: Maybe(Type.String()),
  metadata: Maybe(Type.Object({ user_data: Maybe(Type.String()) })),
  disk_encryption: Maybe(OneOf("enabled", "disabled")),
});
export type Rebuild = Static<typeof Rebuild>;

export const CreateDisk = Type.Object({
  ...Deploy,
  label: Maybe(Text(1, 48)),
  size: Type.Integer({ minimum: 1, reason: "Must be at least 1" }),
  filesystem: Maybe(OneOf("raw", "swap", "ext3", "ext4", "initrd")),
  disk_encryption: Maybe(OneOf("enabled", "disabled")),
});
export type CreateDisk = Static<typeof CreateDisk>;
export const UpdateDisk = Type.Object({ label: Maybe(Text(1, 48)) });
export const ResizeDisk = Type.Object({ size: Type.Integer({ minimum: 1, reason: "Must be at least 1" }) });

const DeviceBody = Maybe(Type.Object({ disk_id: Maybe(Type.Integer()), volume_id: Maybe(Type.Integer()) }));
const ConfigFields = {
  comments: Maybe(Type.String()),
  devices: Maybe(
    Type.Object({
      sda: DeviceBody,
      sdb: DeviceBody,
      sdc: DeviceBody,
      sdd: DeviceBody,
      sde: DeviceBody,
      sdf: DeviceBody,
      sdg: DeviceBody,
      sdh: DeviceBody,
    }),
  ),
  helpers: Maybe(
    Type.Object({
      updatedb_disabled: Maybe(Type.Boolean()),
      distro: Maybe(Type.Boolean()),
      modules_dep: Maybe(Type.Boolean()),
      network: Maybe(Type.Boolean()),
      devtmpfs_automount: Maybe(Type.Boolean()),
    }),
  ),
  interfaces: Maybe(Type.Array(InterfaceBody, { maxItems: 3 })),
  kernel: Maybe(Type.String()),
  memory_limit: Maybe(Type.Integer({ minimum: 0 })),
  init_rd: Maybe(Type.Union([Type.Integer(), Type.String()])),
  root_device: Maybe(Type.String()),
  run_level: Maybe(OneOf("default", "single", "binbash")),
  virt_mode: Maybe(OneOf("paravirt", "fullvirt")),
};
export const CreateConfig = Type.Object({ ...ConfigFields, label: Text(1, 48) });
export const UpdateConfig = Type.Object({ ...ConfigFields, label: Maybe(Text(1, 48)) });
export type UpdateConfig = Static<typeof UpdateConfig>;
export type CreateConfig = Static<typeof CreateConfig>;

export const UpdateInterface = Type.Object({
  primary: Maybe(Type.Boolean()),
  ipv4: Maybe(Type.Object({ vpc: Maybe(Type.String()), nat_1_1: Maybe(Type.String()) })),
  ip_ranges: Maybe(Type.Array(Type.String())),
});
export type UpdateInterface = Static<typeof UpdateInterface>;
export const OrderInterfaces = Type.Object({ ids: Type.Array(Type.Integer()) });

export const Password = Type.Object({ root_pass: Maybe(RootPassword), password: Maybe(RootPassword) });
