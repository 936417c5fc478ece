import type { FirewallRule, FirewallRules } from "../hosts/driver";
import type { CannedAcl } from "../hosts/objects/store";

/** What the store holds. Views of the API are made out of these by `shapes/`. Times are Linode's form (`time.ts`). */
export interface Tables {
  linode: Linode;
  disk: Disk;
  config: Config;
  backup: Backup;
  address: Address;
  firewall: Firewall;
  device: Device;
  vpc: Vpc;
  subnet: Subnet;
  domain: Domain;
  record: DomainRecord;
  sshkey: SshKey;
  bucket: Bucket;
  objectKey: ObjectKey;
  event: Event;
  tag: Tag;
  setting: Setting;
}

interface Dated {
  id: number;
  created: string;
  updated: string;
}

export type LinodeStatus =
  | "provisioning"
  | "booting"
  | "running"
  | "rebooting"
  | "shutting_down"
  | "offline"
  | "resizing"
  | "rebuilding"
  | "restoring"
  | "deleting";

export interface Linode extends Dated {
  label: string;
  group: string;
  status: LinodeStatus;
  type: string;
  image: string | null;
  region: string;
  tags: string[];
  watchdog_enabled: boolean;
  alerts: Alerts;
  backups_enabled: boolean;
  /** When automatic copies are made; none: the service was never enabled. */
  backupSchedule?: { day: string | null; window: string | null };
  host_uuid: string;
  has_user_data: boolean;
  disk_encryption: "enabled" | "disabled";
  maintenance_policy: string;
  /** Without prefix. */
  ipv6: string;
  /** The config it runs with, or ran with last. */
  bootedConfig: number | null;
  /** When Lassie booted it again, in ms: she gives up after five times in fifteen minutes. */
  lassie: number[];
}

export interface Alerts {
  cpu: number;
  io: number;
  network_in: number;
  network_out: number;
  transfer_quota: number;
}

export interface Disk extends Dated {
  linode: number;
  label: string;
  status: "not ready" | "ready" | "deleting";
  filesystem: "raw" | "swap" | "ext3" | "ext4" | "initrd";
  /** MB. */
  size: number;
  /** Image it was made from; only such a disk is a machine's root. */
  image: string | null;
  disk_encryption: "enabled" | "disabled";
}

export interface Config extends Dated {
  linode: number;
  label: string;
  helpers: Helpers;
  kernel: string;
  comments: string;
  memory_limit: number;
  root_device: string;
  devices: Partial<Record<DeviceSlot, number>>;
  initrd: number | null;
  run_level: "default" | "single" | "binbash";
  virt_mode: "paravirt" | "fullvirt";
  interfaces: Interface[];
}

/** One of Linode's own backups: a Linode's disks, which the driver has a copy of under this id, and what was known of them. */
export interface Backup extends Dated {
  linode: number;
  region: string;
  type: "auto" | "snapshot";
  status: "pending" | "running" | "successful" | "failed";
  label: string | null;
  finished: string | null;
  /** The Linode's. */
  image: string | null;
  disks: Disk[];
  configs: Config[];
}

export const deviceSlots = ["sda", "sdb", "sdc", "sdd", "sde", "sdf", "sdg", "sdh"] as const;
export type DeviceSlot = (typeof deviceSlots)[number];

export interface Helpers {
  updatedb_disabled: boolean;
  distro: boolean;
  modules_dep: boolean;
  network: boolean;
  devtmpfs_automount: boolean;
}

export type Interface =
  | { id: number; purpose: "public"; primary: boolean }
  | { id: number; purpose: "vpc"; primary: boolean; vpc: number; subnet: number; address: string };

/** Key is the address itself. */
export interface Address {
  id: string;
  linode: number;
  public: boolean;
  region: string;
  /** `null`: the default name made of the address. */
  rdns: string | null;
}

export interface Firewall extends Dated {
  label: string;
  status: "enabled" | "disabled";
  tags: string[];
  rules: RuleSet;
  version: number;
}

/** As sent: order, text of ports and addresses stay, also `null` for no rules. */
export interface RuleSet {
  inbound: Rule[] | null;
  inbound_policy: FirewallRules["inboundPolicy"];
  outbound: Rule[] | null;
  outbound_policy: FirewallRules["outboundPolicy"];
}

export interface Rule {
  action: FirewallRule["action"];
  protocol: FirewallRule["protocol"];
  label?: string;
  description?: string;
  ports?: string;
  addresses: { ipv4?: string[]; ipv6?: string[] };
}

export interface Device extends Dated {
  firewall: number;
  linode: number;
}

export interface Vpc extends Dated {
  label: string;
  description: string;
  region: string;
}

export interface Subnet extends Dated {
  vpc: number;
  label: string;
  ipv4: string;
}

export interface Domain extends Dated {
  domain: string;
  type: "master" | "slave";
  status: "active" | "disabled";
  description: string;
  group: string;
  tags: string[];
  soa_email: string;
  retry_sec: number;
  expire_sec: number;
  refresh_sec: number;
  ttl_sec: number;
  master_ips: string[];
  axfr_ips: string[];
}

export type RecordType = "A" | "AAAA" | "NS" | "MX" | "CNAME" | "TXT" | "SRV" | "CAA" | "PTR";

export interface DomainRecord extends Dated {
  domain: number;
  type: RecordType;
  name: string;
  target: string;
  priority: number;
  weight: number;
  port: number;
  service: string | null;
  protocol: string | null;
  ttl_sec: number;
  tag: string | null;
}

export interface SshKey {
  id: number;
  label: string;
  ssh_key: string;
  created: string;
}

export interface Bucket {
  /** The label: one of a kind in all regions, as there is one server. */
  id: string;
  region: string;
  cluster: string;
  endpoint_type: string;
  acl: CannedAcl;
  cors_enabled: boolean;
  created: string;
}

export interface ObjectKey {
  id: number;
  label: string;
  access_key: string;
  /** Shown once; the S3 server needs it to check signatures. */
  secret_key: string;
  /** `null`: all that the account has. */
  buckets: KeyBucket[] | null;
  /** Empty: all. */
  regions: string[];
}

export interface KeyBucket {
  cluster: string;
  bucket_name: string;
  permissions: "read_only" | "read_write";
  region: string;
}

export interface Entity {
  id: number | string;
  type: string;
  label: string;
  url: string;
}

export interface Event {
  id: number;
  action: string;
  created: string;
  entity: Entity | null;
  secondary: Entity | null;
  status: "scheduled" | "started" | "finished" | "failed" | "notification";
  /** ms */
  started: number | null;
  /** ms */
  finished: number | null;
  message: string;
  seen: boolean;
  read: boolean;
  /** What is to be done for it; gone as soon as it is done, as it may hold a password. */
  job: Job | null;
}

/** Work on one Linode. Kept with its event, so that a restarted server does it again from the top. */
export type Job =
  | ({ kind: "create" } & Deployment)
  | ({ kind: "rebuild" } & Deployment)
  | { kind: "boot"; config: number | null; status: "booting" | "rebooting"; afterMs?: number }
  | { kind: "shutdown" }
  | { kind: "delete" }
  | { kind: "resize"; type: string; disk: { id: number; size: number } | null }
  | ({ kind: "disk_create"; disk: number } & Deployment)
  | { kind: "disk_delete"; disk: number }
  | { kind: "disk_resize"; disk: number; size: number }
  | { kind: "linode_snapshot"; backup: number }
  | { kind: "backups_restore"; backup: number; overwrite: boolean };

/** What goes onto a new root disk; `image` null means an empty one, and no host. */
export interface Deployment {
  image: string | null;
  rootPassword: string | null;
  authorizedKeys: string[];
  /** base64 */
  userData: string | null;
}

export interface Tag {
  /** The label. */
  id: string;
}

/** One of a kind: `account`, `accountSettings`, `profile`. */
export interface Setting {
  id: string;
  value: Record<string, unknown>;
}
