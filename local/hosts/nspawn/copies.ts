import * as fs from "node:fs";
import * as path from "node:path";
import type { DiskCopy } from "../driver";
import { type Place, hostDirectory } from "./addressing";
import { run } from "./command";

const COPY = path.join(__dirname, "scripts/copy.sh");
/** Where a host has its disk: a file system in a file, or a plain directory. */
const DISKS = ["disk.img", "disk"];

/** Copies of hosts' disks: `copies/<number>`, each with the image that the disk is a layer on. One that is not whole has another name. */
export class Copies {
  private readonly directory: string;

  constructor(private readonly place: Place) {
    this.directory = path.join(place.directory, "copies");
  }

  /** @param supervisor of a host that runs; its mount namespace has the disk */
  async make(id: number, copy: number, image: string, supervisor: number | undefined): Promise<void> {
    const part = `${this.path(copy)}.part`;
    await this.drop(copy);
    fs.mkdirSync(this.directory, { recursive: true, mode: 0o700 });
    const inside = supervisor === undefined ? [] : ["nsenter", `--mount=/proc/${supervisor}/ns/mnt`, "--"];
    const [program = COPY, ...args] = [...inside, COPY];
    const running = supervisor === undefined ? "no" : "yes";
    await run(program, args, {
      env: { HOST: hostDirectory(this.place, id), COPY: part, IMAGE: image, RUNNING: running },
    });
    fs.renameSync(part, this.path(copy));
    fs.rmSync(`${part}.lock`, { force: true });
  }

  /** Lets a host go on that has been held still for a copy which was cut off. */
  async release(id: number, supervisor: number): Promise<void> {
    const disk = path.join(hostDirectory(this.place, id), "disk");
    const thaw = ["fsfreeze", "--unfreeze", disk];
    // One that goes on already can't be let go on.
    await run("nsenter", [`--mount=/proc/${supervisor}/ns/mnt`, "--", ...thaw]).catch(() => undefined);
  }

  /** Puts the copy beside the disk that a host has. @returns what its image is, and what puts it in the disk's place */
  async fetch(copy: number, id: number): Promise<{ image: string; swap: () => void }> {
    const from = this.path(copy);
    if (!fs.existsSync(from)) throw new Error(`There is no copy ${copy} here.`);
    const host = hostDirectory(this.place, id);
    const part = path.join(host, "brought");
    fs.rmSync(part, { recursive: true, force: true });
    fs.mkdirSync(part, { recursive: true, mode: 0o700 });
    const disk = DISKS.find((name) => fs.existsSync(path.join(from, name)));
    await run("cp", ["-a", "--reflink=auto", "--sparse=always", path.join(from, disk ?? "disk.img"), part]);
    const swap = () => {
      for (const name of DISKS) fs.rmSync(path.join(host, name), { recursive: true, force: true });
      for (const name of fs.readdirSync(part)) fs.renameSync(path.join(part, name), path.join(host, name));
      fs.rmSync(part, { recursive: true });
    };
    return { image: fs.readFileSync(path.join(from, "image"), "utf8"), swap };
  }

  async drop(copy: number): Promise<void> {
    fs.rmSync(this.path(copy), { recursive: true, force: true });
  }

  /** Those that are whole. */
  async list(): Promise<DiskCopy[]> {
    if (!fs.existsSync(this.directory)) return [];
    return fs
      .readdirSync(this.directory)
      .filter((name) => /^\d+$/.test(name))
      .map((name) => ({ id: Number(name), bytes: taken(path.join(this.directory, name)) }));
  }

  /** What was cut off; not while one is being made. */
  clearRest(): void {
    if (!fs.existsSync(this.directory)) return;
    for (const name of fs.readdirSync(this.directory).filter((one) => one.endsWith(".part")))
      fs.rmSync(path.join(this.directory, name), { recursive: true, force: true });
  }

  private path(copy: number): string {
    return path.join(this.directory, String(copy));
  }
}

/** Bytes on the disk; a file with holes is larger by its length. */
function taken(target: string): number {
  const { blocks } = fs.lstatSync(target);
  const inside = fs.lstatSync(target).isDirectory() ? fs.readdirSync(target) : [];
  return blocks * 512 + inside.reduce((sum, name) => sum + taken(path.join(target, name)), 0);
}
