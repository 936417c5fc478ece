import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { isRunning } from "../process";
import { pulumi } from "../pulumi";
import { recover } from "../recover";
import { SiteError } from "./failure";
import { isSwitch } from "./serving";
import { Site, trinode } from "./site";
import type { SiteStack } from "./stack";
import { up } from "./up";

/** What is on disk while a change is under way, so that the next one finds it should this one be killed. */
export interface Underway {
  /** The verb with its arguments. */
  what: string;
  /** In the message of its `pulumi up`. */
  id: string;
  /** The stack's file as it was. */
  before: string;
  /** Of the process that makes it. */
  pid: number;
  /** When that process began. */
  began?: number;
}

/** Where a file of a change lies: `next.yaml`, the changed configuration, and `next.json`, about it. */
export function beside(stack: SiteStack, name: "next.yaml" | "next.json"): string {
  const path = join(".trinode", stack.name, name);
  mkdirSync(dirname(path), { recursive: true });
  return path;
}

export function note(stack: SiteStack, underway: Underway): void {
  writeFileSync(beside(stack, "next.json"), JSON.stringify(underway), { mode: 0o600 });
}

export function forget(stack: SiteStack): void {
  for (const name of ["next.json", "next.yaml"] as const) rmSync(beside(stack, name), { force: true });
}

/** The change that is under way, or was killed. */
export function underway(stack: SiteStack): Underway | undefined {
  const record = beside(stack, "next.json");
  return existsSync(record) ? (JSON.parse(readFileSync(record, "utf8")) as Underway) : undefined;
}

/** Whether its process runs still. */
export function isAlive({ pid, began }: Underway): boolean {
  return isRunning(pid, began);
}

/**
 * Puts right what a killed change has left. Calls `take` when it was done all the same, and only its last words were missing.
 * @throws SiteError while it is under way
 */
export async function settleKilled(stack: SiteStack, take: () => void): Promise<void> {
  const killed = underway(stack);
  if (!killed) return;
  if (isAlive(killed)) throw new SiteError(`./site ${killed.what} is under way (process ${killed.pid}). Wait for it.`);
  const { pending, resources } = await stack.state();
  await recover(stack);
  const history = await pulumi(stack, ["stack", "history", "--json", "--page-size", "1"]);
  const [last] = JSON.parse(history || "[]") as { message?: string; result?: string }[];
  const done = last?.message?.includes(killed.id) && last.result === "succeeded";
  if (done && readFileSync(stack.configFile, "utf8") === killed.before) {
    take();
    process.stderr.write(`./site ${killed.what} was killed after it was done: ${stack.configFile} says so now\n`);
  } else {
    process.stderr.write(`./site ${killed.what} was killed before it was done: it counts for nothing\n`);
    // Of several application servers, some may have been switched, and others not.
    if (pending.some(isSwitch) || resources.filter(isSwitch).length > 1) await switchBack(stack);
  }
  forget(stack);
}

/**
 * Does the step again that switches releases and variables, with what the configuration says: when it was cut off, nobody knows how far
 * it came on the server, and Pulumi believes that it never began.
 */
export async function switchBack(stack: SiteStack): Promise<void> {
  process.stderr.write(`making sure that what ${stack.configFile} says is what serves\n`);
  const { resources } = await stack.state();
  const switches = resources.filter(isSwitch);
  if (switches.length > 1) await firstGoesBack(stack);
  const again = switches.flatMap(({ urn }) => ["--replace", urn]);
  await up(stack, stack.configFile, "./site: what a change that was cut off may have left", again);
}

/** The first of several application servers goes back at once, database included, and does not wait for its time to be over. */
async function firstGoesBack(stack: SiteStack): Promise<void> {
  const site = await Site.of(stack);
  await site.connect(site.server("app"), async (connection) => {
    const { code } = await connection.exec(trinode(["release-back"]), {
      onErrors: (part) => process.stderr.write(part),
    });
    if (code !== 0) throw new SiteError("the first application server could not go back: see above");
  });
}
