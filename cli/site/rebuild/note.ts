import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRunning, startTime } from "../../process";
import type { ApiRule } from "../admit/firewalls";
import type { Role } from "../servers";
import type { SiteStack } from "../stack";
import type { Finding } from "../status/finding";

/** What a rebuild does, in this order; each can be done again. */
export const steps = ["saving", "leaving", "making", "restoring", "proving"] as const;
export type Step = (typeof steps)[number];

/** A machine that is made anew, as it is noted on disk while that is under way: should it be killed, the next run goes on from there. */
export interface Rebuild {
  /** As the state calls the machine, e.g. `app-2`. */
  name: string;
  roles: Role[];
  /** The step that is under way. */
  step: Step;
  /** The machine that stood at the beginning, at Linode. */
  former: Former;
  /** What lies on this machine alone, and is brought onto the new one. */
  data: { database: boolean; uploads: boolean };
  /** Whether visitors get the maintenance page meanwhile. */
  closes: boolean;
  /** What was not well from outside before. */
  unwell: Finding[];
  /** The last backup of the former machine. @default it is not made yet, or there is nothing to save */
  backup?: string;
  /** The firewall's rule that lets visitors in, where the machine itself has no way to keep them out. @default it is where it was */
  door?: ApiRule;
  /** What is done again when the former machine takes its place again: URNs of steps. @default it does not */
  back?: { again: string[] };
  /** Of the process that does it. */
  pid: number;
  began?: number;
}

/** A machine at Linode that leaves its place. */
export interface Former {
  id: number;
  label: string;
  /** Its interface in the VPC, which the new one's address needs. @default it was not looked at yet */
  place?: { config: number; subnet: number; address: string };
}

/** Where files of a rebuild lie: for nobody else, they hold all that the machine knew. */
export function placeOf(stack: SiteStack, file: "rebuild.json" | "state.json" | "carried.tar"): string {
  const directory = join(".trinode", stack.name, "rebuild");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  return join(directory, file);
}

/** The rebuild that is under way, or was cut off. */
export function noted({ name }: SiteStack): Rebuild | undefined {
  const file = join(".trinode", name, "rebuild", "rebuild.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Rebuild) : undefined;
}

/** Notes how far it is, whole or not at all, and that it is this process that goes on. */
export function note(stack: SiteStack, rebuild: Omit<Rebuild, "pid" | "began">): Rebuild {
  const began = startTime(process.pid);
  const ours: Rebuild = { ...rebuild, pid: process.pid, ...(began !== undefined && { began }) };
  const file = placeOf(stack, "rebuild.json");
  writeFileSync(`${file}.new`, JSON.stringify(ours), { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return ours;
}

/** It is done, or taken back. */
export function forget({ name }: SiteStack): void {
  rmSync(join(".trinode", name, "rebuild"), { recursive: true, force: true });
}

/** Whether another process is at it. */
export function isUnderWay({ pid, began }: Rebuild): boolean {
  return pid !== process.pid && isRunning(pid, began);
}
