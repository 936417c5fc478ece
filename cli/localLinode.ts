import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { run } from "./run";

/** Which local Linode: several can stand side by side on one machine. */
export interface LocalSettings {
  /** Its state. @default ".local" */
  directory: string;
  /** Of its API, on 127.0.0.1. @default 8404 */
  port: number;
  /** Its block of addresses, 0 to 31. @default 0 */
  slot: number;
}

export const defaultLocal: LocalSettings = { directory: ".local", port: 8404, slot: 0 };

/** Starts the local Linode, or makes sure that it runs. */
export async function localUp(local: LocalSettings): Promise<void> {
  await localCommand("up", local);
}

/** Stops it, hosts and all; `reset` deletes them too. */
export async function localDown(local: LocalSettings, verb: "down" | "reset"): Promise<void> {
  await localCommand(verb, local);
}

async function localCommand(verb: string, { directory, port, slot }: LocalSettings): Promise<void> {
  const options = ["--directory", directory, "--port", String(port), "--slot", String(slot)];
  await run("npx", ["tsx", "local/cli/main.ts", verb, ...options], { show: true });
}

/** The environment that `source <directory>/env` gives: API, token, Pulumi's home, state and passphrase. */
export async function localEnvironment(local: LocalSettings): Promise<NodeJS.ProcessEnv> {
  const file = resolve(local.directory, "env");
  if (!existsSync(file))
    throw new Error(
      `the local Linode is not set up: ${join(local.directory, "env")} is missing. Run: npm run local -- up`,
    );
  const printed = await run("bash", ["-c", 'set -a; . "$0" >/dev/null; env -0', file]);
  const pairs = printed.split("\0").filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}
