import * as fs from "node:fs";
import * as path from "node:path";
import { isAlive, signal, until } from "./process";

const ROOT = "/sys/fs/cgroup";
/** Of cgroup v1: what is limited or counted, and the two trees that systemd in a host needs a place of its own in. */
const V1_TREES = ["memory", "cpu", "cpuacct", "blkio", "pids", "systemd", "unified"];

export interface Limits {
  memoryMb: number;
  swapMb: number;
  vcpus: number;
}

export interface Usage {
  cpuSeconds: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  ioReadBytes: number;
  ioWriteBytes: number;
}

/**
 * One host's control groups, made from outside: on v1 and hybrid a directory in each tree, on v2 one directory. Which
 * processes run in it is the truth about whether the host runs: it survives this process and knows no reused pids.
 */
export class Cgroup {
  readonly directories: string[];
  private readonly unified: boolean;

  /** @param name e.g. `trinode0/1234` @param root for tests */
  constructor(
    private readonly name: string,
    root = ROOT,
  ) {
    this.unified = fs.existsSync(path.join(root, "cgroup.controllers"));
    const trees = this.unified ? [root] : V1_TREES.map((tree) => path.join(root, tree)).filter(isDirectory);
    this.directories = trees.map((tree) => path.join(tree, name));
  }

  /** Makes the groups. */
  create(): void {
    for (const directory of this.directories) {
      if (this.unified) enableControllers(directory, this.name.split("/").length);
      fs.mkdirSync(directory, { recursive: true });
    }
  }

  /** Moves a process, and what it starts from now on, into the groups. */
  add(pid: number): void {
    for (const directory of this.directories) fs.writeFileSync(path.join(directory, "cgroup.procs"), String(pid));
  }

  /** @throws Error where this machine does not let limits be set. */
  limit(limits: Limits): void {
    // The host's own systemd gets controllers as well, where it may.
    if (this.unified) enableControllers(path.join(this.file("", ""), "machine"), 1);
    const memory = limits.memoryMb * 1024 * 1024;
    const swap = limits.swapMb * 1024 * 1024;
    if (this.unified) {
      this.write("", "memory.max", memory);
      this.write("", "memory.swap.max", swap, "optional");
      this.write("", "cpu.max", `${limits.vcpus * 100_000} 100000`);
    } else {
      // Raising and lowering need opposite orders unless the outer limit is out of the way first.
      this.write("memory", "memory.memsw.limit_in_bytes", -1, "optional");
      this.write("memory", "memory.limit_in_bytes", memory);
      this.write("memory", "memory.memsw.limit_in_bytes", memory + swap, "optional");
      this.write("cpu", "cpu.cfs_period_us", 100_000);
      this.write("cpu", "cpu.cfs_quota_us", limits.vcpus * 100_000);
    }
  }

  /** All processes of the host, its nspawn included. */
  processes(): number[] {
    const directory = this.directories[0];
    return directory ? processesIn(directory) : [];
  }

  /** Ends all processes and removes the groups. @throws Error if some don't end. */
  async kill(): Promise<void> {
    const gone = await until(() => {
      const alive = this.processes().filter((pid) => isAlive(pid));
      alive.forEach((pid) => signal(pid, "SIGKILL"));
      return alive.length === 0;
    }, 20_000);
    if (!gone) throw new Error(`processes of ${this.name} do not end: ${this.processes().join(" ")}`);
    await this.remove();
  }

  usage(): Usage {
    return this.unified ? this.usageV2() : this.usageV1();
  }

  /** Removes the groups, which must be empty of processes; waits for those that are just ending. */
  private async remove(): Promise<void> {
    for (const directory of this.directories) {
      for (let attempt = 0; !removeTree(directory); attempt++) {
        if (attempt === 100) throw new Error(`cannot remove ${directory}: processes are still in it`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  private usageV1(): Usage {
    const stat = fields(this.read("memory", "memory.stat"));
    const io = this.read("blkio", "blkio.throttle.io_service_bytes");
    const sum = (operation: string) =>
      [...io.matchAll(new RegExp(`^\\S+ ${operation} (\\d+)$`, "gm"))].reduce(
        (total, match) => total + Number(match[1]),
        0,
      );
    return {
      cpuSeconds: Number(this.read("cpuacct", "cpuacct.usage")) / 1e9,
      memoryBytes: Number(this.read("memory", "memory.usage_in_bytes")) - (stat.get("total_inactive_file") ?? 0),
      memoryLimitBytes: Number(this.read("memory", "memory.limit_in_bytes")),
      ioReadBytes: sum("Read"),
      ioWriteBytes: sum("Write"),
    };
  }

  private usageV2(): Usage {
    const io = this.read("", "io.stat");
    const sum = (key: string) =>
      [...io.matchAll(new RegExp(`${key}=(\\d+)`, "g"))].reduce((total, match) => total + Number(match[1]), 0);
    return {
      cpuSeconds: (fields(this.read("", "cpu.stat")).get("usage_usec") ?? 0) / 1e6,
      memoryBytes:
        Number(this.read("", "memory.current")) - (fields(this.read("", "memory.stat")).get("inactive_file") ?? 0),
      memoryLimitBytes: Number(this.read("", "memory.max")),
      ioReadBytes: sum("rbytes"),
      ioWriteBytes: sum("wbytes"),
    };
  }

  private file(tree: string, name: string): string {
    const directory = this.unified
      ? this.directories[0]
      : this.directories.find((candidate) => candidate.includes(`/${tree}/`));
    return path.join(directory ?? path.join(ROOT, tree, this.name), name);
  }

  private write(tree: string, name: string, value: number | string, need: "must" | "optional" = "must"): void {
    const file = this.file(tree, name);
    try {
      fs.writeFileSync(file, String(value));
    } catch (error) {
      if (need === "must") throw new Error(`cannot limit a host: writing ${file}: ${(error as Error).message}`);
    }
  }

  /** Empty where this kernel does not count it. */
  private read(tree: string, name: string): string {
    try {
      return fs.readFileSync(this.file(tree, name), "utf8").trim();
    } catch {
      return "";
    }
  }
}

/** On v2 a group has the controllers that all groups above hand down. */
function enableControllers(directory: string, depth: number): void {
  const above = Array.from({ length: depth }, (_, index) => path.resolve(directory, "../".repeat(depth - index)));
  for (const group of above) {
    fs.mkdirSync(group, { recursive: true });
    for (const controller of ["memory", "cpu", "io", "pids"]) {
      try {
        fs.writeFileSync(path.join(group, "cgroup.subtree_control"), `+${controller}`);
      } catch {
        // Setting the limit itself says in a sentence what is missing.
      }
    }
  }
}

function isDirectory(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function subdirectories(directory: string): string[] {
  try {
    return fs
      .readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => path.join(directory, entry.name));
  } catch {
    return []; // gone between two reads
  }
}

function processesIn(directory: string): number[] {
  let own: number[] = [];
  try {
    own = fs.readFileSync(path.join(directory, "cgroup.procs"), "utf8").split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return [...own, ...subdirectories(directory).flatMap(processesIn)];
}

function removeTree(directory: string): boolean {
  if (!isDirectory(directory)) return true;
  if (!subdirectories(directory).map(removeTree).every(Boolean)) return false;
  try {
    fs.rmdirSync(directory);
    return true;
  } catch {
    return !isDirectory(directory);
  }
}

function fields(text: string): Map<string, number> {
  return new Map(
    text
      .split("\n")
      .map((line) => line.split(" "))
      .map(([key = "", value]) => [key, Number(value)]),
  );
}
