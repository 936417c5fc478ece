import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { utils as ssh } from "ssh2";
import { parse, stringify } from "yaml";
import { pulumi, type Stack } from "../../pulumi";
import { recover } from "../../recover";
import { run } from "../../run";
import { SiteError } from "../failure";
import { findPulumi } from "../pulumiCommand";
import { probeStack } from "../probe/probe";
import { plain, SiteStack } from "../stack";
import { up } from "../up";
import { type Staging, stagingConfig } from "./config";
import { stagingDirectory, stagingFile } from "./names";

type Values = Record<string, unknown>;

export interface StagingUp extends Omit<Staging, "operators"> {
  /** The stack's file that it is like. */
  like: string;
  /** What is laid over that, if it is there. */
  over: string;
  /** Who may log in, beside the stack's own key, which is made for it. */
  cidrs: string[];
}

/** Makes a staging stack, or brings it up to date. Returns its URL and the web server's address. */
export async function stagingUp({
  like,
  over,
  cidrs,
  ...staging
}: StagingUp): Promise<{ url: string; address: string; well: boolean }> {
  await findPulumi();
  const stack: Stack = { name: staging.stack, configFile: stagingFile(staging.stack), env: process.env };
  await ensureStack(stack);
  const before = readFile(stack.configFile!);
  const [base, more] = [readFile(like), existsSync(over) ? readFile(over) : { config: {} }];
  const operators = await operatorsOf(stack, base.config ?? {}, cidrs);
  const config = stagingConfig(base.config ?? {}, more.config ?? {}, { ...staging, operators: operators.shown });
  // What the stack has encrypted stays; what is laid over it is encrypted with the stack's own passphrase already, or is not secret.
  writeFileSync(
    stack.configFile!,
    `# Written by ./site staging up: ${like} as ${staging.stack}.\n${stringify({ ...before, config })}`,
  );
  await pulumi(stack, ["config", "set", "--secret", "--path", "trinode:operators.privateKey"], {
    input: operators.privateKey,
  });
  await recover(stack);
  const site = await SiteStack.open({ stack: staging.stack, configFile: stack.configFile! });
  await up(site, stack.configFile!, `./site staging up ${staging.stack}`);
  const found = JSON.parse(await pulumi(stack, ["stack", "output", "--json"])) as {
    url: string;
    servers: { web: { publicIp: string } };
  };
  return { url: found.url, address: found.servers.web.publicIp, well: await probeStack(site) };
}

/** Destroys a staging stack with all that it has, and forgets it. @returns whether there was one */
export async function stagingDown(name: string): Promise<boolean> {
  await findPulumi();
  const stack: Stack = { name, configFile: stagingFile(name), env: process.env };
  const there = (await stackNames(stack)).includes(name);
  if (there) {
    // It may have stayed in the checkout of another job; what is destroyed stands in the state.
    if (!existsSync(stack.configFile!)) {
      mkdirSync(stagingDirectory(name), { recursive: true });
      writeFileSync(stack.configFile!, "config: {}\n");
    }
    await recover(stack);
    await pulumi(stack, ["destroy", "--yes", "--skip-preview"]);
    await forget(stack);
  }
  rmSync(stagingDirectory(name), { recursive: true, force: true });
  return there;
}

/** Drops a state whose resources are gone already. */
export async function forget(stack: Stack): Promise<void> {
  await pulumi(stack, ["stack", "rm", "--yes", "--force", "--preserve-config"]);
}

export async function stackNames(stack: Pick<Stack, "env">): Promise<string[]> {
  return (await listStacks(stack)).map(({ name }) => name);
}

/** Of this project; `lastUpdate` is missing where nothing has been made yet. */
export async function listStacks({ env }: Pick<Stack, "env">): Promise<{ name: string; lastUpdate?: string }[]> {
  const listed = await run("pulumi", ["stack", "ls", "--json", "--non-interactive"], {
    env: { ...env, PULUMI_STACK: undefined },
  });
  return JSON.parse(listed) as { name: string; lastUpdate?: string }[];
}

function readFile(file: string): { config?: Values; [entry: string]: unknown } {
  if (!existsSync(file))
    throw new SiteError(`there is no ${file}. Name the stack's file that staging is to be like: --like FILE`);
  return (parse(readFileSync(file, "utf8")) ?? {}) as { config?: Values };
}

async function ensureStack(stack: Stack): Promise<void> {
  mkdirSync(stagingDirectory(stack.name), { recursive: true });
  if ((await stackNames(stack)).includes(stack.name)) {
    // Its file may have stayed in the checkout of another job: it is written anew.
    if (!existsSync(stack.configFile!)) writeFileSync(stack.configFile!, "config: {}\n");
    return;
  }
  const usual = `Pulumi.${stack.name}.yaml`;
  rmSync(usual, { force: true });
  await run("pulumi", ["stack", "init", stack.name, "--no-select", "--non-interactive"], {
    env: { ...stack.env, PULUMI_STACK: undefined },
  });
  renameSync(usual, stack.configFile!);
}

/** The stack's own key is made once and lives in its state, encrypted: nobody's private key has to be where a CI runs. */
async function operatorsOf(stack: Stack, base: Values, cidrs: string[]) {
  const privateKey =
    (await keyInState(stack)) ?? ssh.generateKeyPairSync("ed25519", { comment: "trinode-staging" }).private;
  const key = ssh.parseKey(privateKey);
  if (key instanceof Error) throw key;
  const publicKey = `${key.type} ${key.getPublicSSH().toString("base64")} trinode-staging`;
  const { sshKeys = [] } = (base["trinode:operators"] ?? {}) as { sshKeys?: string[] };
  return { privateKey, shown: { sshKeys: [...new Set([publicKey, ...sshKeys])], cidrs } };
}

/** What the machines were first logged in to with. */
async function keyInState(stack: Stack): Promise<string | undefined> {
  const state = JSON.parse(await pulumi(stack, ["stack", "export", "--show-secrets"])) as {
    deployment?: { resources?: { urn: string; inputs?: { connection?: unknown } }[] };
  };
  const contact = state.deployment?.resources?.find(({ urn }) => urn.endsWith("-contact"));
  const connection = plain(contact?.inputs?.connection) as { privateKey?: unknown } | undefined;
  const found = plain(connection?.privateKey);
  return typeof found === "string" ? found : undefined;
}
