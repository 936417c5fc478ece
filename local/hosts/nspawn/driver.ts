import * as fs from "node:fs";
import * as path from "node:path";
import type { DiskCopy, FirewallRules, HostDriver, HostSpec, HostState, HostStats, NameRecord } from "../driver";
import { type Place, hostDirectory } from "./addressing";
import { authorityFiles } from "./authority";
import { Cgroup } from "./cgroup";
import { Copies } from "./copies";
import { makeDisk, writeTree } from "./disk";
import { removeGroups } from "./groups";
import { bootFiles, type GuestFile } from "./guest";
import { ensureImage, IMAGES, SERVICES_IMAGE } from "./image";
import { Machine } from "./machine";
import { Names } from "./names";
import { Network } from "./network";
import { Objects } from "./objects";
import { Offerings, packageFiles } from "./offerings";
import { pythonFiles } from "./python";
import { Queue } from "./queue";
import { type HostRecord, Records } from "./records";
import { checkRequirements } from "./requirements";

export interface NspawnOptions {
  /** Where this instance keeps its hosts, e.g. `.local`. */
  directory: string;
  /** 0…31, see `addressesOf`. */
  slot: number;
  /** Built images, shared by instances. @default `.local/images` of this checkout */
  images?: string;
  /** Downloads kept for the next host. @default `.local/cache` of this checkout */
  cache?: string;
  /** Whether hosts may send mail (ports 25, 465, 587), which Linode blocks on new accounts. @default false */
  mail?: boolean;
  /** Told about long work. @default nothing */
  log?: (line: string) => void;
}

const SHARED = path.resolve(__dirname, "../../../.local");
/** Where images are kept unless told otherwise. */
export const SHARED_IMAGES = path.join(SHARED, "images");
const WATCH_MS = 500;
const SERVE_MS = 5_000;
const DOWN_GRACE_SECONDS = 10;

/** Hosts that are systemd-nspawn machines on this computer. Needs root. */
export function nspawnDriver(options: NspawnOptions): NspawnDriver {
  return new NspawnDriver(options);
}

export class NspawnDriver implements HostDriver {
  readonly images = IMAGES;
  readonly network: { publicIpv4: string; publicIpv6: string };
  readonly objects: Objects;
  private readonly place: Place;
  private readonly net: Network;
  private readonly services: Cgroup;
  private readonly names: Names;
  private readonly records: Records;
  private readonly kept: Copies;
  private readonly queue = new Queue<number | "rules" | "names">();
  private readonly listeners: ((id: number) => void)[] = [];
  /** Hosts that are meant to run: those `boot` has started and nobody has shut down. */
  private readonly watched = new Map<number, Machine>();
  private hosts = new Map<number, HostRecord>();
  private offerings?: Offerings;
  private python?: Promise<GuestFile[]>;
  private timers: NodeJS.Timeout[] = [];
  /** The last look at the services. */
  private serving: Promise<void> = Promise.resolve();

  constructor(private readonly options: NspawnOptions) {
    const directory = path.resolve(options.directory);
    this.place = {
      directory,
      slot: options.slot,
      images: path.resolve(options.images ?? SHARED_IMAGES),
      cache: path.resolve(options.cache ?? path.join(SHARED, "cache")),
    };
    this.net = new Network(options.slot);
    const { publicIpv4, publicIpv6 } = this.net.addresses;
    this.network = { publicIpv4, publicIpv6 };
    this.services = new Cgroup(`${this.net.name}/services`);
    this.names = new Names(directory, this.net.name, this.net.addresses, this.services);
    this.objects = new Objects(this.place, this.net.addresses, this.services, (line) => this.log(line));
    this.records = new Records(directory);
    this.kept = new Copies(this.place);
  }

  async start(): Promise<void> {
    await checkRequirements(this.place);
    fs.mkdirSync(path.join(this.place.directory, "hosts"), { recursive: true, mode: 0o700 });
    this.hosts = this.records.load();
    this.kept.clearRest();
    await this.net.up();
    await this.applyRules();
    const image = await this.image(SERVICES_IMAGE);
    this.offerings = new Offerings(this.place, this.net.addresses, image, this.services);
    await this.serve();
    for (const id of this.hosts.keys()) await this.adopt(id);
    this.timers = [
      setInterval(() => void this.watch(), WATCH_MS),
      setInterval(() => {
        this.serving = this.serve().catch((error: Error) => this.log(error.message));
      }, SERVE_MS),
    ];
    this.timers.forEach((timer) => timer.unref());
  }

  async stop(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    // One that is under way would start again what is about to be ended.
    await this.serving;
    this.watched.clear();
  }

  /** Stops all hosts and takes the network away; disks stay. The next `start` and `boot` bring everything back. */
  async down(): Promise<void> {
    await this.halt(DOWN_GRACE_SECONDS);
  }

  async reset(): Promise<void> {
    await this.halt(0);
    // Also what has no record: disks whose making was interrupted.
    for (const name of ["hosts", "copies", "network", "objects", "ca.pem", "ca.key"]) {
      fs.rmSync(path.join(this.place.directory, name), { recursive: true, force: true });
    }
    this.hosts.clear();
  }

  create(spec: HostSpec): Promise<void> {
    return this.queue.run(spec.id, async () => {
      const image = await ensureImage(spec.image, {
        images: this.place.images,
        log: this.options.log ?? (() => undefined),
      });
      const firewall = this.hosts.get(spec.id)?.firewall ?? null;
      await this.powerOff(spec.id, 0);
      const directory = hostDirectory(this.place, spec.id);
      fs.rmSync(directory, { recursive: true, force: true });
      fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
      await makeDisk(directory, image, spec, await this.networkFiles(), (line) => this.log(line));
      this.remember({ spec, image, firewall });
    });
  }

  boot(spec: HostSpec): Promise<void> {
    return this.queue.run(spec.id, async () => {
      const record = this.mustFind(spec.id);
      const machine = this.machine(spec.id);
      if (!machine.running()) {
        await machine.kill();
        this.remember({ ...record, spec: { ...record.spec, ...spec } });
        writeTree(path.join(hostDirectory(this.place, spec.id), "boot"), bootFiles(spec, this.net.addresses));
        // The firewall is there before the first packet.
        await this.applyRules();
        await this.queue.run("rules", () => this.net.connect(spec.id, spec.links));
        machine.launch(spec, record.image);
      }
      try {
        await machine.waitUntilUp();
      } catch (error) {
        await this.powerOff(spec.id, 0);
        throw error;
      }
      this.watched.set(spec.id, machine);
    });
  }

  shutdown(id: number, graceSeconds = 30): Promise<void> {
    return this.queue.run(id, () => this.powerOff(id, graceSeconds));
  }

  remove(id: number): Promise<void> {
    return this.queue.run(id, async () => {
      await this.powerOff(id, 0);
      fs.rmSync(hostDirectory(this.place, id), { recursive: true, force: true });
      this.hosts.delete(id);
      await this.applyRules();
    });
  }

  copyDisk(id: number, copy: number): Promise<void> {
    return this.queue.run(id, async () => {
      const { image } = this.mustFind(id);
      await this.kept.make(id, copy, image, this.machine(id).supervisor());
    });
  }

  bringBack(copy: number, spec: HostSpec): Promise<void> {
    return this.queue.run(spec.id, async () => {
      const { image, swap } = await this.kept.fetch(copy, spec.id);
      const firewall = this.hosts.get(spec.id)?.firewall ?? null;
      await this.powerOff(spec.id, 0);
      swap();
      this.remember({ spec, image, firewall });
    });
  }

  dropCopy(copy: number): Promise<void> {
    return this.kept.drop(copy);
  }

  copies(): Promise<DiskCopy[]> {
    return this.kept.list();
  }

  async setFirewall(id: number, rules: FirewallRules | null): Promise<void> {
    this.remember({ ...this.mustFind(id), firewall: rules });
    await this.applyRules();
  }

  setNames(records: NameRecord[]): Promise<void> {
    return this.queue.run("names", () => this.names.set(records));
  }

  async list(): Promise<HostState[]> {
    return [...this.hosts].map(([id, { spec }]) => ({ id, running: this.machine(id).running(), spec }));
  }

  async stats(id: number): Promise<HostStats> {
    const machine = this.machine(id);
    if (!machine.running()) throw new Error(`Host ${id} is not running.`);
    return { ...machine.cgroup.usage(), links: await this.net.counters(id) };
  }

  onExit(listener: (id: number) => void): void {
    this.listeners.push(listener);
  }

  private async halt(graceSeconds: number): Promise<void> {
    await this.stop();
    const ids = this.records.directories();
    await Promise.all(ids.map((id) => new Machine(this.place, id).stop(graceSeconds)));
    await this.services.kill();
    await this.net.down();
    removeGroups(this.net.name);
  }

  private image(id: string): Promise<string> {
    return ensureImage(id, { images: this.place.images, log: (line) => this.log(line) });
  }

  /** What a new disk gets from the network it is in. */
  private async networkFiles(): Promise<GuestFile[]> {
    this.python ??= pythonFiles(process.env);
    return [...packageFiles(this.net.addresses), ...authorityFiles(this.place.directory), ...(await this.python)];
  }

  private machine(id: number): Machine {
    return this.watched.get(id) ?? new Machine(this.place, id);
  }

  private mustFind(id: number): HostRecord {
    const record = this.hosts.get(id);
    if (!record) throw new Error(`There is no host ${id} here.`);
    return record;
  }

  private remember(record: HostRecord): void {
    this.records.save(record);
    this.hosts.set(record.spec.id, {
      ...record,
      spec: { ...record.spec, rootPassword: undefined, userData: undefined },
    });
  }

  /** One after the other; each uses what is known when its turn comes, so the last one has it all. */
  private applyRules(): Promise<void> {
    return this.queue.run("rules", () =>
      this.net.applyRules(
        [...this.hosts.values()].map(({ spec, firewall }) => ({ id: spec.id, links: spec.links, firewall })),
        { mail: this.options.mail ?? false },
      ),
    );
  }

  private async powerOff(id: number, graceSeconds: number): Promise<void> {
    const machine = this.machine(id);
    this.watched.delete(id);
    await machine.stop(graceSeconds);
    await this.queue.run("rules", () => this.net.disconnect(id));
  }

  /** A host that an earlier process started goes on; what is left of one that died meanwhile is cleared away. */
  private async adopt(id: number): Promise<void> {
    const machine = this.machine(id);
    const supervisor = machine.supervisor();
    if (supervisor !== undefined) {
      await this.kept.release(id, supervisor);
      this.watched.set(id, machine);
    } else await this.powerOff(id, 0);
  }

  private async watch(): Promise<void> {
    const suspects = [...this.watched.values()].filter((machine) => !machine.running());
    await Promise.all(suspects.map((machine) => this.queue.run(machine.id, () => this.clearIfStopped(machine))));
  }

  /** Its turn may have come after a shutdown or another boot: then there is nothing to report. */
  private async clearIfStopped(machine: Machine): Promise<void> {
    if (this.watched.get(machine.id) !== machine || !(await machine.hasStopped())) return;
    // What cannot be cleared away now is tried again at the next boot.
    await this.powerOff(machine.id, 0).catch((error: Error) => this.log(error.message));
    this.listeners.forEach((listener) => listener(machine.id));
  }

  /** Names, objects, packages and certificates; also starts again what has died meanwhile. */
  private async serve(): Promise<void> {
    this.names.start();
    this.objects.restart();
    await this.offerings?.start();
  }

  private log(line: string): void {
    this.options.log?.(line);
  }
}
