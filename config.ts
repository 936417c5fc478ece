import { existsSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { utils as ssh } from "ssh2";
import { z } from "zod";
import { siteSchema } from "./configSchema";
import { relativeName } from "./render/dnsRecords";
import { certificateMistakes } from "./render/tlsCheck";
import { localPath, mediaPath } from "./render/webFiles";
import { parseSource } from "./source/address";

/** A stack's configuration, checked and with defaults. Secret values are plain in here: mark them before they go anywhere. */
export type SiteConfig = z.output<typeof siteSchema>;

/** All that is wrong with a configuration; one line for each. */
export class ConfigError extends pulumi.RunError {
  constructor(readonly mistakes: string[]) {
    super(
      `the configuration of stack ${pulumi.getStack()} has ${mistakes.length === 1 ? "a mistake" : `${mistakes.length} mistakes`}; nothing was changed:\n${mistakes.map((mistake) => `  ${mistake}`).join("\n")}`,
    );
    this.name = "ConfigError";
  }
}

/** Reads namespace `trinode` of the current stack. @throws ConfigError naming every mistake: key, rule and remedy. */
export function readConfig(): SiteConfig {
  const prefix = "trinode:";
  const raw = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, unknown] => [key.slice(prefix.length), parseValue(value)]);
  return checkConfig(Object.fromEntries(raw));
}

/** Pulumi hands over structured values as JSON and all others as text. */
export function parseValue(text: string): unknown {
  if (!/^\s*[[{"]/.test(text) && !/^(true|false|\d+)$/.test(text)) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Checks plain values as `Pulumi.<stack>.yaml` has them below `trinode:`. @throws ConfigError */
export function checkConfig(raw: Record<string, unknown>): SiteConfig {
  const result = siteSchema.safeParse(raw);
  if (!result.success) throw new ConfigError(result.error.issues.flatMap(describe));
  const mistakes = [missingFiles, noIpv4, foreignKey, badCertificate, badPaths, foreignNames].flatMap((check) =>
    check(result.data),
  );
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return result.data;
}

function describe(issue: z.core.$ZodIssue): string[] {
  const at = issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("");
  const key = `trinode:${at.replace(/^\./, "")}`;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map(
      (name) => `${key}${at ? "." : ""}${name}: there is no such key. Remove it, or see "Configuration" in README.md.`,
    );
  }
  if (issue.code === "invalid_type" && issue.input === undefined) {
    return [`${key}: is missing. Set it: pulumi config set --path '${key}' …`];
  }
  // A key that is a user's own, a variable's name: what is wrong with it stands inside.
  if (issue.code === "invalid_key") return [`${key}: ${issue.issues[0]?.message ?? issue.message}`];
  return [`${key}: ${issue.message}`];
}

function missingFiles({ app, database }: SiteConfig): string[] {
  const source = parseSource(app.source);
  const files: [string, string | undefined][] = [
    ["trinode:app.source", source.kind === "path" ? source.path : undefined],
    ["trinode:database.dump", database.dump],
  ];
  return files.flatMap(([key, path]) =>
    path === undefined || existsSync(path)
      ? []
      : [`${key}: there is no file or directory "${path}". Paths count from the directory of Pulumi.yaml.`],
  );
}

/** Servers are provisioned over IPv4. */
function noIpv4({ operators }: SiteConfig): string[] {
  if (operators.cidrs.some((cidr) => !cidr.includes(":"))) return [];
  return [
    "trinode:operators.cidrs: holds no IPv4 range, and servers are provisioned over IPv4. Add the address that you have, e.g. 203.0.113.7/32.",
  ];
}

/** The key that provisions must be one that the hosts let in. */
function foreignKey({ operators }: SiteConfig): string[] {
  if (operators.privateKey === undefined) return [];
  const key = ssh.parseKey(operators.privateKey);
  if (key instanceof Error || !key.isPrivateKey()) {
    return [
      "trinode:operators.privateKey: is no private key that can be read. Give an unencrypted OpenSSH key, or leave it out to use the SSH agent.",
    ];
  }
  const half = key.getPublicSSH().toString("base64");
  if (operators.sshKeys.some((line) => line.split(/\s+/)[1] === half)) return [];
  return [
    "trinode:operators.privateKey: its public half is not in trinode:operators.sshKeys. Add it there: without it nothing can be provisioned.",
  ];
}

function badCertificate({ tls, domains, redirects }: SiteConfig): string[] {
  if (tls.mode !== "provided" || !tls.certificate || !tls.privateKey) return [];
  return certificateMistakes([...domains, ...redirects], tls.certificate, tls.privateKey).map(
    (mistake) => `trinode:tls: ${mistake}`,
  );
}

function badPaths({ app }: SiteConfig): string[] {
  return [
    ...complaint("trinode:app.static.url", () => localPath(app.static.url)),
    ...complaint("trinode:app.media.url", () => mediaPath(app.media.url)),
  ];
}

/** Names that the managed zone does not hold. */
function foreignNames({ dns, domains, redirects }: SiteConfig): string[] {
  const { manage, zone } = dns;
  if (!manage || !zone) return [];
  return [...domains, ...redirects].flatMap((name) => complaint("", () => relativeName(name, zone)));
}

/** What a function throws, as a mistake of a key; without one, the message names it. */
function complaint(key: string, check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return [key ? `${key}: ${message}` : message];
  }
}
