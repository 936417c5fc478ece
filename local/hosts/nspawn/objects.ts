import * as fs from "node:fs";
import * as path from "node:path";
import { buildObjectsServer } from "../objects/build";
import { CLUSTERS, OBJECTS_DOMAIN } from "../objects/clusters";
import { Control } from "../objects/control";
import type { AccessKey, BucketAccess, ObjectStore } from "../objects/store";
import { type Addresses, type Place, networkName } from "./addressing";
import { issueCertificate, makeAuthority } from "./authority";
import type { Cgroup } from "./cgroup";
import { sleep } from "./process";
import { Service } from "./service";

const START_MS = 20_000;
const PROGRAM = "server";

/** Object Storage in the hosts' network: `objects/server` (versitygw) on a directory of this instance. Not there before it is used. */
export class Objects implements ObjectStore {
  readonly endpoint: string;
  private readonly directory: string;
  private readonly control: Control;
  private readonly service: Service;
  private starting?: Promise<Control>;

  constructor(
    private readonly place: Place,
    addresses: Addresses,
    group: Cgroup,
    private readonly log: (line: string) => void,
  ) {
    this.endpoint = addresses.objects;
    this.directory = path.join(place.directory, "objects");
    const socket = this.inside("control");
    this.control = new Control(socket);
    this.service = new Service({
      name: "objects",
      group,
      directory: path.join(place.directory, "network"),
      env: { HOME: "/", TMPDIR: this.inside("data") },
      command: [
        ...["nsenter", `--net=/run/netns/${networkName(place.slot)}`, "--", this.inside(PROGRAM)],
        ...["-data", this.inside("data"), "-listen", `${addresses.objects}:443`, "-control", socket],
        ...["-cert", this.inside("tls.pem"), "-key", this.inside("tls.key")],
      ],
    });
  }

  /** Starts it again where it was used before: after this machine's restart, and when it has died. */
  restart(): void {
    if (!this.starting && fs.existsSync(this.inside(PROGRAM))) this.service.start();
  }

  async putBucket(name: string, access: BucketAccess): Promise<void> {
    await (await this.running()).putBucket(name, access);
  }

  async removeBucket(name: string): Promise<void> {
    await (await this.running()).removeBucket(name);
  }

  async usage(name: string): Promise<{ objects: number; size: number }> {
    return (await this.running()).usage(name);
  }

  async setKeys(owner: string, keys: AccessKey[]): Promise<void> {
    await (await this.running()).setKeys(owner, keys);
  }

  async expire(now: Date): Promise<void> {
    if (fs.existsSync(this.inside(PROGRAM))) await (await this.running()).expire(now);
  }

  /** One start for all who wait; the next call tries again after a failure. */
  private async running(): Promise<Control> {
    if (this.service.pid() !== undefined && (await this.control.isHealthy())) return this.control;
    this.starting ??= this.start().finally(() => (this.starting = undefined));
    return this.starting;
  }

  private async start(): Promise<Control> {
    const program = await buildObjectsServer({ cache: this.place.cache, log: this.log });
    fs.mkdirSync(this.inside("data"), { recursive: true, mode: 0o700 });
    await makeAuthority(this.place.directory);
    if (!fs.existsSync(this.inside("tls.pem"))) {
      await issueCertificate(this.place.directory, this.inside("tls"), [`IP:${this.endpoint}`, ...hostNames()]);
    }
    await this.install(program);
    this.service.start();
    for (const end = Date.now() + START_MS; !(await this.control.isHealthy()); await sleep(50)) {
      if (Date.now() > end) throw new Error("Object Storage does not start; see network/objects.log.");
    }
    return this.control;
  }

  /** The instance's own copy of the program: it can be started again while the cache is cleared or changes. */
  private async install(program: string): Promise<void> {
    const copy = this.inside(PROGRAM);
    if (fs.existsSync(copy) && fs.readFileSync(copy).equals(fs.readFileSync(program))) return;
    await this.service.stop();
    fs.copyFileSync(program, `${copy}.part`);
    fs.chmodSync(`${copy}.part`, 0o755);
    fs.renameSync(`${copy}.part`, copy);
  }

  private inside(name: string): string {
    return path.join(this.directory, name);
  }
}

function hostNames(): string[] {
  const clusters = CLUSTERS.map((cluster) => `${cluster}.${OBJECTS_DOMAIN}`);
  return clusters.flatMap((name) => [`DNS:${name}`, `DNS:*.${name}`]);
}
