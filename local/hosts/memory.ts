import type { DiskCopy, FirewallRules, HostDriver, HostSpec, HostState, HostStats, NameRecord } from "./driver";
import { MemoryObjects } from "./objects/memory";

export interface MemoryDriverArgs {
  /** @default 0…255 × 4096 addresses as in `nspawn/` */
  slot?: number;
  /** How long making a disk takes, in ms. @default 0 */
  createMs?: number;
  /** How long booting takes, in ms. @default 0 */
  bootMs?: number;
}

interface MemoryHost {
  spec: HostSpec;
  running: boolean;
  bootedAt: number;
  /** What its disk has. */
  disk: string;
}

/** Nothing runs: hosts are entries in this process, and gone with it. For unit tests, and for work on the API without root. */
export class MemoryDriver implements HostDriver {
  readonly images = ["linode/debian13", "linode/debian12"];
  readonly network: { publicIpv4: string; publicIpv6: string };
  readonly objects = new MemoryObjects();
  /** What was last set, by host. */
  readonly firewalls = new Map<number, FirewallRules | null>();
  /** What was last set. */
  names: NameRecord[] = [];

  private readonly disks = new Map<number, { image: string; disk: string }>();
  private readonly hosts = new Map<number, MemoryHost>();
  private readonly exitListeners: ((id: number) => void)[] = [];

  constructor(private readonly args: MemoryDriverArgs = {}) {
    const slot = args.slot ?? 0;
    const block = slot * 16;
    this.network = {
      publicIpv4: `198.${18 + (block >> 8)}.${block & 255}.0/20`,
      publicIpv6: `2001:2:0:${slot.toString(16)}::/64`,
    };
  }

  async start(): Promise<void> {}

  async stop(): Promise<void> {}

  async reset(): Promise<void> {
    this.hosts.clear();
    this.disks.clear();
    this.firewalls.clear();
    this.names = [];
    this.objects.buckets.clear();
    this.objects.keys = [];
  }

  async create(spec: HostSpec): Promise<void> {
    await pause(this.args.createMs);
    this.hosts.set(spec.id, { spec, running: false, bootedAt: 0, disk: "" });
  }

  async boot(spec: HostSpec): Promise<void> {
    await pause(this.args.bootMs);
    const { disk } = this.mustFind(spec.id);
    this.hosts.set(spec.id, { spec, running: true, bootedAt: Date.now(), disk });
  }

  async shutdown(id: number): Promise<void> {
    const host = this.hosts.get(id);
    if (host) host.running = false;
  }

  async remove(id: number): Promise<void> {
    this.hosts.delete(id);
    this.firewalls.delete(id);
  }

  async copyDisk(id: number, copy: number): Promise<void> {
    this.disks.delete(copy);
    const { spec, disk } = this.mustFind(id);
    this.disks.set(copy, { image: spec.image, disk });
  }

  async bringBack(copy: number, spec: HostSpec): Promise<void> {
    const found = this.disks.get(copy);
    if (!found) throw new Error(`There is no copy ${copy} here.`);
    this.hosts.set(spec.id, { spec: { ...spec, image: found.image }, running: false, bootedAt: 0, disk: found.disk });
  }

  async dropCopy(copy: number): Promise<void> {
    this.disks.delete(copy);
  }

  async copies(): Promise<DiskCopy[]> {
    return [...this.disks].map(([id, { disk }]) => ({ id, bytes: disk.length }));
  }

  async setFirewall(id: number, rules: FirewallRules | null): Promise<void> {
    this.firewalls.set(id, rules);
  }

  async setNames(records: NameRecord[]): Promise<void> {
    this.names = records;
  }

  async list(): Promise<HostState[]> {
    return [...this.hosts.values()].map(({ spec, running }) => ({ id: spec.id, running, spec }));
  }

  async stats(id: number): Promise<HostStats> {
    const host = this.hosts.get(id);
    if (!host?.running) throw new Error(`Host ${id} is not running.`);
    const links = host.spec.links.map((_, index) => ({ name: `eth${index}`, receivedBytes: 0, sentBytes: 0 }));
    const memoryLimitBytes = host.spec.plan.memoryMb * 1024 * 1024;
    return {
      cpuSeconds: (Date.now() - host.bootedAt) / 100_000,
      memoryBytes: 0,
      memoryLimitBytes,
      ioReadBytes: 0,
      ioWriteBytes: 0,
      links,
    };
  }

  onExit(listener: (id: number) => void): void {
    this.exitListeners.push(listener);
  }

  /** What a host's disk has; with text, that is written to it first. */
  disk(id: number, text?: string): string {
    const host = this.mustFind(id);
    if (text !== undefined) host.disk = text;
    return host.disk;
  }

  private mustFind(id: number): MemoryHost {
    const host = this.hosts.get(id);
    if (!host) throw new Error(`Host ${id} has no disk on this machine.`);
    return host;
  }

  /** As if the machine had been powered off from inside. */
  exit(id: number): void {
    const host = this.hosts.get(id);
    if (!host?.running) return;
    host.running = false;
    for (const listener of this.exitListeners) listener(id);
  }
}

const pause = (ms = 0): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve();
