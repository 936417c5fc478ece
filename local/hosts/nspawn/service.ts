import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Cgroup } from "./cgroup";
import { isAlive, processStat, signal, until } from "./process";

export interface ServiceOptions {
  name: string;
  /** Where its pid and its log are kept. */
  directory: string;
  command: string[];
  env?: NodeJS.ProcessEnv;
  /** Holds it, so that it is found and ended even when its pid is forgotten. */
  group: Cgroup;
}

/** A program that serves the hosts in the background and outlives this process. */
export class Service {
  private readonly pidFile: string;

  constructor(private readonly options: ServiceOptions) {
    this.pidFile = path.join(options.directory, `${options.name}.pid`);
  }

  pid(): number | undefined {
    if (!fs.existsSync(this.pidFile)) return undefined;
    const [pid, startTime] = fs.readFileSync(this.pidFile, "utf8").split(" ").map(Number);
    return pid && isAlive(pid, startTime) ? pid : undefined;
  }

  /** Starts it unless it runs. */
  start(): void {
    if (this.pid() !== undefined) return;
    const { name, directory, command, env, group } = this.options;
    fs.mkdirSync(directory, { recursive: true });
    const log = fs.openSync(path.join(directory, `${name}.log`), "a", 0o600);
    const [program = "", ...args] = command;
    const child = spawn(program, args, {
      detached: true,
      stdio: ["ignore", log, log],
      env: { PATH: process.env.PATH, ...env },
      cwd: "/",
    });
    child.on("error", () => undefined);
    child.unref();
    fs.closeSync(log);
    const stat = child.pid === undefined ? undefined : processStat(child.pid);
    if (!stat) throw new Error(`${program} cannot be started; see ${path.join(directory, `${name}.log`)}`);
    group.create();
    group.add(stat.pid);
    fs.writeFileSync(this.pidFile, `${stat.pid} ${stat.startTime}`);
  }

  reload(): void {
    const pid = this.pid();
    if (pid !== undefined) signal(pid, "SIGHUP");
  }

  async stop(): Promise<void> {
    const pid = this.pid();
    if (pid !== undefined) {
      signal(pid, "SIGTERM");
      if (!(await until(() => !isAlive(pid), 5_000))) signal(pid, "SIGKILL");
    }
    fs.rmSync(this.pidFile, { force: true });
  }
}
