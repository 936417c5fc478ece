import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { previewOf } from "../check/preview";
import { sentence } from "../failure";
import { mask, secretsOf } from "../preview/mask";
import type { Server } from "../servers";
import type { Site } from "../site";
import type { Finding } from "../status/finding";
import { exitCodeOf, report, verdictOf } from "../status/report";
import type { Verb } from "../verb";
import { type Put, putOnServers } from "./bundles";
import { overrides, overrideUser } from "./files";
import { issue } from "./issue";
import { compareResources } from "./resources";
import { lookAtFiles, type TextDifference } from "./server";

/** A finding, with the lines that differ where they may be shown. */
export interface DriftFinding extends Finding {
  diff?: string;
}

/** `./site drift` */
export function driftCommand(verb: Verb): void {
  verb.parent
    .command("drift")
    .description("whether what stands is what was put there: at Linode, in the database, and every file on the servers")
    .option("--output <directory>", "writes issue.md and drift.json there, too, for a nightly job")
    .addHelpText(
      "after",
      "\nChanges nothing, the state neither. Variables that were changed on a server count as a difference until ./site env adopt.\nExit codes: 0 nothing differs, 1 something does, 2 something could not be looked at.",
    )
    .action(async ({ output }: { output?: string }) => {
      const site = await verb.site();
      const findings = await lookAtAll(site);
      const secrets = [...secretsOf(process.env), ...(await site.stack.secrets())];
      const masked = JSON.parse(mask(JSON.stringify(findings), secrets)) as DriftFinding[];
      const verdict = verdictOf(masked);
      const result = { stack: site.stack.name, verdict, findings: masked };
      if (output) write(resolve(verb.from, output), result);
      verb.print(result, report(masked));
      process.exitCode = exitCodeOf(verdict);
    });
}

/** One thing that can't be looked at leaves the others to be told. */
async function lookAtAll(site: Site): Promise<DriftFinding[]> {
  const { resources } = await site.stack.state();
  const put = await putOnServers(resources);
  const looks = [
    atLinode(site).catch((error: unknown): DriftFinding[] => [
      { where: "stack", name: "resources", state: "unseen", text: sentence(error), remedy: "Try: pulumi refresh" },
    ]),
    ...site.servers.map((server) => onServer(site, server, put.get(server.address) ?? (new Map() as Put))),
  ];
  return (await Promise.all(looks)).flat();
}

async function atLinode({ stack }: Site): Promise<DriftFinding[]> {
  const { preview, errors } = await previewOf(stack, ["--refresh"]);
  if (errors.length > 0) throw new Error(errors.join("; "));
  const { differences, admitted } = compareResources(preview);
  const found = differences.map(({ name, kind, text }): DriftFinding => ({
    ...{ where: "stack", name, state: "unwell", text: `${kind}. ${text}` },
    remedy: kind === "changed" ? "Put it right: pulumi up --refresh" : "Deploy it: pulumi up",
  }));
  const count = new Set(preview.steps.map(({ urn }) => urn)).size;
  const well: DriftFinding = {
    ...{ where: "stack", name: "resources", state: "well" },
    text: `${count}, as they were made`,
  };
  const guests = admitted.map((address): DriftFinding => ({
    where: "stack",
    name: "admitted",
    state: "fact",
    text: `${address}, for a time`,
  }));
  return [...(found.length > 0 ? found : [well]), ...guests];
}

async function onServer(site: Site, server: Server, put: Put): Promise<DriftFinding[]> {
  const at = { where: server.roles.length === 1 ? server.roles[0]! : "host", machine: server.label };
  try {
    const differences = await site.connect(server, (connection) => lookAtFiles(connection, put));
    if (differences.length === 0)
      return [{ ...at, name: "files", state: "well", text: `${put.size}, as they were put there` }];
    return differences.map((difference) => ({ ...at, ...told(difference) }));
  } catch (error) {
    return [{ ...at, name: "ssh", state: "unseen", text: sentence(error), remedy: "Switch it on: ./site start" }];
  }
}

function told({ path, text, step, diff }: TextDifference): Omit<DriftFinding, "where" | "machine"> {
  return { name: path, state: "unwell", text, remedy: remedyFor(path, step), ...(diff && { diff }) };
}

function remedyFor(path: string, step?: string): string {
  if (path === overrides || path === overrideUser) return "Take them into the configuration: ./site env adopt";
  const back = step ? `put it back: pulumi up --replace '**::${step}'` : "put it back by hand";
  return `Find out who did that and why, then ${back}`;
}

function write(directory: string, result: { stack: string; verdict: string; findings: DriftFinding[] }): void {
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, "drift.json"), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(directory, "issue.md"), issue(result.stack, result.findings));
}
