import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { LinodeApi } from "./linodeApi";
import type { LocalSettings } from "./localLinode";
import { pulumi, type Stack } from "./pulumi";

/** A stack's file: `config` below `trinode:…` keys, and Pulumi's own entries beside it. */
interface StackFile {
  config: Record<string, unknown>;
  [entry: string]: unknown;
}

/** What a rehearsal differs in from the stack that it rehearses. */
export interface Rehearsal {
  local: LocalSettings;
  /** The stack's file that is rehearsed, e.g. `Pulumi.prod.yaml`. */
  original: string;
  /** Where the stack's own file is written. */
  configFile: string;
  /** Address from which this machine reaches the hosts. */
  operatorAddress: string;
  /** Directory URL of the local Linode's certificate authority. */
  acmeServer: string;
  /** More keys to set, over the original's. @default none */
  overrides?: Record<string, unknown>;
}

/** The domains of a stack as a rehearsal serves them: below the reserved top-level domain `test`. */
export function rehearsedDomains(domains: string[]): string[] {
  return domains.map((domain) => domain.replace(/[^.]+$/, "test"));
}

/** The zone that the shortest of these names is in. */
export function zoneOf(domains: string[]): string {
  const shortest = [...domains].sort((a, b) => a.length - b.length)[0] ?? "";
  return shortest.split(".").slice(-2).join(".");
}

/** Writes the file of a stack that stands on the local Linode: the original's values, with addresses, keys and authority of here. */
export async function writeStack(stack: Stack, rehearsal: Rehearsal): Promise<string[]> {
  const { local, original, configFile, operatorAddress, acmeServer, overrides } = rehearsal;
  await ensureStack(stack, configFile);
  const { config } = parse(readFileSync(original, "utf8")) as StackFile;
  const before = parse(readFileSync(configFile, "utf8")) as StackFile;
  const operators = before.config?.["trinode:operators"] as { privateKey?: unknown } | undefined;
  const domains = rehearsedDomains(config["trinode:domains"] as string[]);
  const written: StackFile = {
    ...before,
    config: {
      ...config,
      "trinode:domains": domains,
      "trinode:redirects": rehearsedDomains((config["trinode:redirects"] as string[] | undefined) ?? []),
      "trinode:dns": { manage: true, zone: zoneOf(domains) },
      "trinode:operators": {
        sshKeys: [readFileSync(join(local.directory, "ssh/id_ed25519.pub"), "utf8").trim()],
        cidrs: [`${operatorAddress}/32`],
        ...(operators?.privateKey !== undefined && { privateKey: operators.privateKey }),
      },
      "trinode:tls": {
        mode: "letsencrypt",
        server: acmeServer,
        ca: readFileSync(join(local.directory, "ca.pem"), "utf8"),
      },
      "trinode:protect": false,
      ...overrides,
    },
  };
  writeFileSync(configFile, `# Written by npm start: ${original} on the local Linode.\n${stringify(written)}`);
  if (operators?.privateKey === undefined) {
    const key = readFileSync(join(local.directory, "ssh/id_ed25519"), "utf8");
    await pulumi(stack, ["config", "set", "--secret", "--path", "trinode:operators.privateKey"], {
      input: key,
    });
  }
  return domains;
}

/** Makes the stack unless it is there, with a new file: an old one's secrets were another passphrase's. */
async function ensureStack(stack: Stack, configFile: string): Promise<void> {
  const stacks = JSON.parse(await pulumi(stack, ["stack", "ls", "--json"])) as { name: string }[];
  if (existsSync(configFile) && stacks.some(({ name }) => name === stack.name)) return;
  const usual = `Pulumi.${stack.name}.yaml`;
  rmSync(usual, { force: true });
  if (stacks.some(({ name }) => name === stack.name)) {
    writeFileSync(configFile, "config: {}\n");
    return;
  }
  // Which stack is selected in this directory stays as it is.
  await pulumi(stack, ["stack", "init", "--no-select"]);
  renameSync(usual, configFile);
}

/** Makes sure that a zone exists at the local Linode, as its owner would have made it. */
export async function ensureZone(env: NodeJS.ProcessEnv, zone: string): Promise<void> {
  const api = new LinodeApi(env);
  const zones = await api.find<{ domain: string }>("/domains", { domain: zone });
  if (zones.length === 0) {
    await api.call("POST", "/domains", { domain: zone, type: "master", soa_email: `hostmaster@${zone}` });
  }
}
