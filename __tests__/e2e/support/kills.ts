import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { networkName } from "../../../local/hosts/nspawn/addressing";
import { Cgroup } from "../../../local/hosts/nspawn/cgroup";
import { processStat } from "../../../local/hosts/nspawn/process";
import { type Fleet, pause } from "./fleet";
import { hostsOnMachine } from "./footprint";

/** What is killed: the API, Pulumi with its plugins, or the nspawn of some machine. */
export type Victim = "api" | "pulumi" | "nspawn";

/** A moment between two, in milliseconds; `TRINODE_KILL_MS` repeats one that was bad. */
export function someTime(from: number, to: number): number {
  return Number(process.env.TRINODE_KILL_MS ?? Math.round(from + Math.random() * (to - from)));
}

/**
 * Kills somebody while Pulumi is at work, puts right what a killed run leaves, and lets Pulumi do the rest.
 * @throws Error that says when the kill was, if Pulumi can't
 */
export async function killedDuring(
  fleet: Fleet,
  victim: Victim,
  verb: "up" | "destroy",
  afterMs: number,
): Promise<void> {
  const [child, ended] = start(fleet, verb);
  await Promise.race([ended, pause(afterMs)]);
  if (victim === "pulumi") signalGroup(child.pid);
  else await kill(fleet, victim);
  await ended;
  try {
    await fleet.recover();
    // What an API did before it was killed, Pulumi has not heard: it must ask first. A machine that is gone can't be deleted again.
    await fleet.pulumi([verb, "--yes", "--skip-preview", ...(victim === "api" ? ["--refresh"] : [])]);
  } catch (error) {
    throw new Error(`after a kill of ${victim} ${afterMs} ms into ${verb}`, { cause: error });
  }
}

/** Kills the API, or the nspawn of some machine, if there is one. */
export async function kill({ local }: Fleet, victim: "api" | "nspawn"): Promise<void> {
  const pid = victim === "api" ? apiProcess(local.directory) : someNspawn(local.slot, local.directory);
  if (pid !== undefined && processStat(pid)) process.kill(pid, "SIGKILL");
}

function start(fleet: Fleet, verb: string) {
  const [program, args, env] = fleet.command([verb, "--yes", "--skip-preview"]);
  const child = spawn(program, args, { env, detached: true, stdio: "ignore" });
  return [child, once(child, "close")] as const;
}

/** One that has ended meanwhile is fine. */
function signalGroup(pid: number | undefined): void {
  if (pid !== undefined && processStat(pid)) process.kill(-pid, "SIGKILL");
}

function apiProcess(directory: string): number {
  return Number(fs.readFileSync(path.join(directory, "api.process"), "utf8").split(" ")[0]);
}

function someNspawn(slot: number, directory: string): number | undefined {
  const all = hostsOnMachine(slot, directory).flatMap((id) =>
    new Cgroup(`${networkName(slot)}/${id}`).processes().filter((pid) => processStat(pid)?.name === "systemd-nspawn"),
  );
  return all[Math.floor(Math.random() * all.length)];
}
