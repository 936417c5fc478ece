/** The provider's configuration, from the program and the environment, and what resources work with. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import type { CheckResult, Properties, Value } from "../base";
import { LinodeClient } from "./client";

export interface Linode {
  client: LinodeClient;
  /** Milliseconds between two looks at events and states. */
  pollMs: number;
  skipInstanceReadyPoll: boolean;
  skipInstanceDeletePoll: boolean;
  skipImplicitReboots: boolean;
}

/** Inputs of the provider that come from the environment where the program is silent. */
const ENVIRONMENT = { url: "LINODE_URL", uaPrefix: "LINODE_UA_PREFIX", apiVersion: "LINODE_API_VERSION" };

/** Fills in what the environment says, as the official provider does, so that it stands in the state. */
export function checkConfig(config: Properties): CheckResult {
  const inputs = { ...config };
  for (const [name, variable] of Object.entries(ENVIRONMENT)) {
    const value = process.env[variable];
    if (inputs[name] === undefined && value) inputs[name] = value;
  }
  return { inputs };
}

/** Makes the client and asks Linode once, so that a wrong token or address is told before anything else. */
export async function configure(config: Properties): Promise<Linode> {
  const profile = readProfile(text(config.configPath), text(config.configProfile));
  const client = new LinodeClient({
    url: text(config.url) ?? process.env.LINODE_URL ?? profile.api_url ?? "https://api.linode.com",
    apiVersion: text(config.apiVersion) ?? process.env.LINODE_API_VERSION ?? profile.api_version ?? "v4",
    token: text(config.token) ?? process.env.LINODE_TOKEN ?? profile.token,
    userAgentPrefix: text(config.uaPrefix) ?? process.env.LINODE_UA_PREFIX,
    caPath: text(config.apiCaPath) ?? process.env.LINODE_CA,
    minRetryDelayMs: number(config.minRetryDelayMs) ?? 3000,
    maxRetryDelayMs: number(config.maxRetryDelayMs) ?? 30_000,
  });
  try {
    await client.get("sdk", "/linode/types?page=100");
  } catch (error) {
    throw new Error(`Error connecting to the Linode API: ${error instanceof Error ? error.message : String(error)}`);
  }
  return {
    client,
    pollMs: number(config.eventPollMs) ?? number(process.env.LINODE_EVENT_POLL_MS) ?? 4000,
    skipInstanceReadyPoll: truth(config.skipInstanceReadyPoll),
    skipInstanceDeletePoll: truth(config.skipInstanceDeletePoll),
    skipImplicitReboots: truth(config.skipImplicitReboots),
  };
}

/** linode-cli's file, if there is one: `[default]` and `key = value` lines. */
function readProfile(file?: string, profile = "default"): Record<string, string> {
  const name = file?.replace(/^~(?=\/)/, homedir()) ?? path.join(homedir(), ".config", "linode");
  if (!existsSync(name)) return {};
  const values: Record<string, string> = {};
  let section = "";
  for (const line of readFileSync(name, "utf8").split("\n")) {
    const [, header] = /^\s*\[(.+)\]\s*$/.exec(line) ?? [];
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (header !== undefined) section = header;
    else if (section === profile && key !== undefined && value !== undefined) values[key] = value;
  }
  return values;
}

function text(value: Value | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** SDKs send numbers and booleans of a provider's configuration as JSON texts. */
function number(value: Value | undefined): number | undefined {
  const found = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof found === "number" && Number.isFinite(found) ? found : undefined;
}

function truth(value: Value | undefined): boolean {
  return value === true || value === "true";
}
