import { existsSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { mustBeAbleToBecomeRoot } from "../local/cli/privileges";
import { installToolchain } from "../toolchain/install";
import { defaultLocal, type LocalSettings, localEnvironment, localUp } from "./localLinode";
import { ensureZone, writeStack, zoneOf } from "./localStack";
import { type Answer, get } from "./outside";
import { outputs, pulumi, type Stack } from "./pulumi";
import { recover } from "./recover";
import { run } from "./run";

export interface RehearsalPlan {
  local: LocalSettings;
  /** Name of the stack on the local Linode. */
  stack: string;
  /** The stack's file that is rehearsed. */
  original: string;
  /** The rehearsal's own, written from the original. */
  configFile: string;
  /** More keys of the configuration. @default none */
  overrides?: Record<string, unknown>;
}

/** A production that stands on the local Linode. */
export interface Rehearsed {
  stack: Stack;
  domains: string[];
  url: string;
  /** Public addresses. */
  addresses: { database: string; app: string; web: string };
  /** PEM of the local certificate authority. */
  ca: string;
}

/** Gets ready what a rehearsal needs, side by side: Pulumi with its plugins, the local Linode with its image, the site's archive. */
export async function prepare(local: LocalSettings): Promise<void> {
  // Said at once, not after the minutes that the rest may take.
  mustBeAbleToBecomeRoot();
  await shareToolchain(local);
  await Promise.all([
    installToolchain({ directory: defaultLocal.directory }),
    localUp(local),
    run("python3", ["examples/gamelenders/make-zip.py"]),
  ]);
}

/** Pulumi and its plugins are installed once, whichever local Linode is used. */
async function shareToolchain({ directory }: LocalSettings): Promise<void> {
  if (directory === defaultLocal.directory || existsSync(join(directory, "pulumi"))) return;
  await mkdir(directory, { recursive: true });
  await symlink(resolve(defaultLocal.directory, "pulumi"), join(directory, "pulumi"));
}

/** Writes the stack's configuration and makes sure that its zone exists. */
export async function configure(plan: RehearsalPlan): Promise<Stack> {
  const stack: Stack = { name: plan.stack, configFile: plan.configFile, env: await localEnvironment(plan.local) };
  const domains = await writeStack(stack, {
    ...plan,
    operatorAddress: required(stack.env, "TRINODE_OPERATOR_ADDRESS"),
    acmeServer: required(stack.env, "TRINODE_ACME_SERVER"),
  });
  await ensureZone(stack.env, zoneOf(domains));
  return stack;
}

/**
 * `pulumi up`, after whatever a killed one has left is put right. Returns what Pulumi printed.
 * @param each gets each line of it, as it comes
 */
export async function deploy(stack: Stack, each?: (line: string) => void): Promise<string> {
  await recover(stack);
  return pulumi(stack, ["up", "--yes", "--skip-preview", "--suppress-outputs"], { each });
}

/** What stands, by the stack's outputs. */
export async function describe(stack: Stack, local: LocalSettings): Promise<Rehearsed> {
  const found = (await outputs(stack)) as {
    url: string;
    domains: string[];
    servers: { database: Server; app: Server[]; web: Server };
  };
  const { database, app, web } = found.servers;
  return {
    stack,
    domains: found.domains,
    url: found.url,
    addresses: { database: database.publicIp, app: app[0]?.publicIp ?? "", web: web.publicIp },
    ca: readFileSync(join(local.directory, "ca.pem"), "utf8"),
  };
}

interface Server {
  publicIp: string;
}

/** One page as a browser outside would get it. */
export function visit({ url, addresses, ca }: Rehearsed, path = "/"): Promise<Answer> {
  return get({ url: new URL(path, url).href, address: addresses.web, ca });
}

function required(env: NodeJS.ProcessEnv, name: string): string {
  const value = env[name];
  if (!value) throw new Error(`the local Linode's env file does not set ${name}. Run: npm run local -- up`);
  return value;
}
