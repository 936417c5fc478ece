import { spawn } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import type { HostSpec } from "../driver";
import { type Place, hostDirectory, hostNamespace, networkName } from "./addressing";
import { Cgroup } from "./cgroup";
import { isAlive, type ProcessStat, processStat, signal, sleep, until } from "./process";

const SCRIPTS = path.join(__dirname, "scripts");
const SSH_PORT = 22;
/** A host whose user moved sshd away is up when logins are allowed and nothing listened for so long. */
const WITHOUT_SSH_MS = 30_000;
const BOOT_MS = 120_000;

/** One host's processes. Knows them by their control group, so a host started by an earlier process is found again. */
export class Machine {
  readonly cgroup: Cgroup;
  /** The supervisor, when it was looked for last. */
  private known: ProcessStat | undefined;
  private readonly directory: string;
  private readonly name: string;

  constructor(
    place: Place,
    readonly id: number,
  ) {
    this.name = hostNamespace(place.slot, id);
    this.directory = hostDirectory(place, id);
    this.cgroup = new Cgroup(`${networkName(place.slot)}/${id}`);
  }

  /** What runs the host (launch.sh): the one process of the group whose parent is outside and which is not the host's own. */
  supervisor(): number | undefined {
    // Looking through all groups of all hosts twice a second would hold up the API's answers.
    if (!this.known || !isAlive(this.known.pid, this.known.startTime)) this.known = this.findSupervisor();
    return this.known?.pid;
  }

  private findSupervisor(): ProcessStat | undefined {
    const processes = this.cgroup.processes();
    const members = new Set(processes);
    const pid = processes.find((one) => {
      const stat = processStat(one);
      return stat && isAlive(one) && !members.has(stat.parent) && !isInit(one);
    });
    return pid === undefined ? undefined : processStat(pid);
  }

  running(): boolean {
    return this.supervisor() !== undefined;
  }

  /** Looks twice: a listing of processes that change meanwhile may lack one. */
  async hasStopped(): Promise<boolean> {
    return !this.running() && !(await until(() => this.running(), 200));
  }

  /** Starts the host, whose network is ready. It lives on when this process ends. */
  launch(spec: HostSpec, image: string): void {
    this.cgroup.create();
    this.cgroup.limit(spec.plan);
    const console = fs.openSync(path.join(this.directory, "console.log"), "w", 0o600);
    const child = spawn("unshare", ["--mount", "--propagation", "slave", "--", path.join(SCRIPTS, "launch.sh")], {
      detached: true,
      stdio: ["ignore", console, console],
      env: {
        PATH: process.env.PATH,
        HOST: this.directory,
        IMAGE: image,
        DISK_MB: String(spec.plan.diskMb),
        MACHINE: this.name,
        NAMESPACE: this.name,
        CGROUPS: this.cgroup.directories.join("\n"),
      },
    });
    // A failure to start shows in `waitUntilUp`.
    child.on("error", () => undefined);
    child.unref();
    fs.closeSync(console);
  }

  /** Resolves when the host answers SSH. Looks from inside, so no firewall is in the way. @throws Error with the console's end */
  async waitUntilUp(): Promise<void> {
    const started = Date.now();
    let loginsSince: number | undefined;
    // Between spawn and the first line of launch.sh there is nothing to be seen.
    if (!(await until(() => this.running(), 5_000))) throw this.failure("the host did not start");
    for (let init = this.init(); init === undefined || !listens(init, SSH_PORT); init = this.init(init)) {
      const elapsed = Date.now() - started;
      if (await this.hasStopped()) throw this.failure("the host stopped while booting");
      // Early in the boot nothing forbids logins yet; that lasts for a moment only.
      loginsSince = this.allowsLogins() ? (loginsSince ?? Date.now()) : undefined;
      if (loginsSince && Date.now() - loginsSince > WITHOUT_SSH_MS) return;
      if (elapsed > BOOT_MS) throw this.failure(`nothing answers on port ${SSH_PORT} after ${BOOT_MS / 1000} s`);
      await sleep(40);
    }
  }

  /** Power-off; by force when the host has not managed it in time. */
  async stop(graceSeconds: number): Promise<void> {
    const supervisor = this.supervisor();
    if (supervisor !== undefined && graceSeconds > 0) {
      signal(supervisor, "SIGTERM");
      await until(() => !isAlive(supervisor), graceSeconds * 1000);
    }
    await this.kill();
  }

  /** Ends what is left of the host, and its control group. */
  async kill(): Promise<void> {
    await this.cgroup.kill();
  }

  /** The host's process 1, as this machine numbers it. @param known looked at first */
  private init(known?: number): number | undefined {
    return known !== undefined && isInit(known) ? known : this.cgroup.processes().find(isInit);
  }

  /** systemd removes /run/nologin when users may log in. */
  private allowsLogins(): boolean {
    const root = `/proc/${this.init()}/root/run`;
    return fs.existsSync(`${root}/systemd/system`) && !fs.existsSync(`${root}/nologin`);
  }

  private failure(what: string): Error {
    const console = readOr(path.join(this.directory, "console.log"), "");
    return new Error(`Host ${this.id}: ${what}. Its console says: ${console.trim().slice(-600)}`);
  }
}

const isInit = (pid: number) => /^NSpid:.*\s1$/m.test(readOr(`/proc/${pid}/status`, ""));

/** Whether somebody in the host listens on a TCP port. nspawn's child becomes process 1 before it enters the host's network. */
function listens(pid: number, port: number): boolean {
  if (networkOf(pid) === networkOf("self")) return false;
  const hexadecimal = port.toString(16).padStart(4, "0").toUpperCase();
  const listening = new RegExp(`^\\s*\\d+: \\S+:${hexadecimal} \\S+ 0A `, "m");
  return ["tcp", "tcp6"].some((table) => listening.test(readOr(`/proc/${pid}/net/${table}`, "")));
}

function networkOf(pid: number | "self"): string {
  try {
    return fs.readlinkSync(`/proc/${pid}/ns/net`);
  } catch {
    return "";
  }
}

function readOr(file: string, fallback: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return fallback;
  }
}
