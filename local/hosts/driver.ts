import type { ObjectStore } from "./objects/store";

/**
 * What the API needs from whatever runs the machines. Two implementations: `nspawn/` (real systemd-nspawn hosts, root)
 * and `memory.ts` (nothing runs; for unit tests and for work on the API without root).
 *
 * The API allocates ids and addresses and decides what is allowed; a driver only makes it so. Every call is idempotent:
 * after a crash the API calls again with the same arguments.
 */
export interface HostDriver {
  /** Checks that hosts can run here and sets up what they share (namespace, images' cache…). @throws HostsUnavailable */
  start(): Promise<void>;
  /** Releases what `start` holds in this process. Hosts keep running: the next `start` finds them again. */
  stop(): Promise<void>;
  /** Removes everything: hosts, disks, namespace, nft tables, cgroups, sysctls. Image cache stays. */
  reset(): Promise<void>;

  /** Image ids that can be deployed, e.g. `linode/debian13`. */
  readonly images: readonly string[];
  /** Where public addresses come from, e.g. `198.18.0.0/20` and `2001:2::/64`. The first sixteen are the network's own. */
  readonly network: { publicIpv4: string; publicIpv6: string };

  /** Object Storage. */
  readonly objects: ObjectStore;

  /** Makes the disk from the image, with hostname, keys, root password and user data. Does not boot. */
  create(host: HostSpec): Promise<void>;
  /** Boots with the links and limits given here. Resolves when the host has come up, rejects with why it has not. */
  boot(host: HostSpec): Promise<void>;
  /** Orderly power-off; forced after `graceSeconds` (default 30). Resolves when nothing of it runs. */
  shutdown(id: number, graceSeconds?: number): Promise<void>;
  /** Powers off and deletes the disk and the links. Unknown ids are fine. */
  remove(id: number): Promise<void>;

  /**
   * Keeps the host's disk as it is at one moment, under this number; in place of what had that number. The host may run, and goes on.
   * @throws when it has no disk here; then nothing has that number
   */
  copyDisk(id: number, copy: number): Promise<void>;
  /** Makes the disk of a host, which is powered off for it, what that copy is. What it had stays until all of it is there. */
  bringBack(copy: number, host: HostSpec): Promise<void>;
  /** Unknown numbers are fine. */
  dropCopy(copy: number): Promise<void>;
  /** Copies that are whole, and what they take here. */
  copies(): Promise<DiskCopy[]>;

  /** Replaces the host's firewall, at once, keeping allowed connections; `null` means no firewall: everything passes. */
  setFirewall(id: number, rules: FirewallRules | null): Promise<void>;
  /** Replaces all names that the hosts' resolver knows (zones of the Domains API). */
  setNames(records: NameRecord[]): Promise<void>;

  /** Hosts that have a disk here, and whether they run. */
  list(): Promise<HostState[]>;
  /** Counters since boot. Rejects when the host is not running. */
  stats(id: number): Promise<HostStats>;
  /** Called when a running host stops without `shutdown` having been called: powered off from inside, or killed. */
  onExit(listener: (id: number) => void): void;
}

/** Hosts can't run on this machine; `message` is one sentence saying why, `remedy` what to do about it. */
export class HostsUnavailable extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
    this.name = "HostsUnavailable";
  }
}

export interface HostSpec {
  /** The Linode's id. */
  id: number;
  /** The Linode's label; the host's name. */
  label: string;
  /** e.g. `linode/debian13`. */
  image: string;
  plan: { memoryMb: number; vcpus: number; diskMb: number; swapMb: number };
  /** In the order of the config's interfaces: eth0, eth1, eth2. */
  links: HostLink[];
  /** For root; only used by `create`. */
  rootPassword?: string;
  /** For root; only used by `create`. */
  authorizedKeys: string[];
  /** Decoded `metadata.user_data`; only used by `create`. */
  userData?: Buffer;
}

export interface HostLink {
  purpose: "public" | "vpc";
  /** Addresses with prefix, e.g. `198.18.0.20/24`, `192.168.130.4/17`, `2001:2::14/64`, `10.0.0.10/24`. */
  addresses: string[];
  /** For `vpc`: which one (two VPCs never reach each other, even with equal addresses) and all its subnets. */
  vpc?: { id: number; subnets: string[] };
  /** `false`: the host gets the link but not its addresses, as at Linode without Network Helper. @default true */
  configured?: boolean;
}

/** As the API's `rules` object: in order, first match wins, the policy decides about the rest. Replies always pass. */
export interface FirewallRules {
  inbound: FirewallRule[];
  inboundPolicy: "ACCEPT" | "DROP";
  outbound: FirewallRule[];
  outboundPolicy: "ACCEPT" | "DROP";
}

export interface FirewallRule {
  action: "ACCEPT" | "DROP";
  protocol: "TCP" | "UDP" | "ICMP" | "IPENCAP";
  /** `22`, `80-90`, `22-24, 80, 443`; absent means all. */
  ports?: string;
  /** In CIDR form. A family that is absent or empty matches nothing of that family. */
  ipv4?: string[];
  ipv6?: string[];
}

export interface NameRecord {
  /** Fully qualified, no trailing dot. */
  name: string;
  type: "A" | "AAAA" | "CNAME" | "TXT" | "MX" | "SRV" | "CAA" | "NS";
  /** As a zone file would have it. */
  value: string;
  /** Of MX and SRV. */
  priority?: number;
}

export interface HostState {
  id: number;
  running: boolean;
  /** As given to the last `create` or `boot`. */
  spec: HostSpec;
}

export interface DiskCopy {
  /** Its number. */
  id: number;
  bytes: number;
}

export interface HostStats {
  cpuSeconds: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  ioReadBytes: number;
  ioWriteBytes: number;
  links: { name: string; receivedBytes: number; sentBytes: number }[];
}
