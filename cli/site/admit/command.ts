import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";
import { ownAddress, ownAddress6 } from "../../ownAddress";
import { LinodeApi } from "../../linodeApi";
import { exitCodes, sentence, SiteError } from "../failure";
import { hear } from "../probe/ports";
import type { Site } from "../site";
import type { Verb } from "../verb";
import { admitting, changeRules, expelling, firewallsOf } from "./firewalls";
import { type Admission, guardCommand, startGuard } from "./guard";
import { labelUntil } from "./rules";

interface AdmitOptions {
  address?: string[];
  minutes: number;
  reap?: boolean;
}

/** `./site admit -- COMMAND` */
export function admitCommand(verb: Verb): void {
  verb.parent
    .command("admit")
    .description("lets this machine in as an operator while a command runs, e.g. a CI without a fixed address")
    .argument("[word...]", "after --, e.g. -- ./site status, or -- pulumi up")
    .option("--address <ip...>", "in place of this machine's own addresses, which are asked for")
    .option(
      "--minutes <count>",
      "the longest that it may take: by then the address is out, whatever happens",
      minutes,
      120,
    )
    .option("--reap", "only takes out what has been forgotten, from every firewall of this program at Linode")
    .addHelpText(
      "after",
      "\nPorts 22 and 5432, for this machine's IPv4 and IPv6 address alone, by a rule beside the program's own; taken out when the command\nends or is killed. Whoever has a token for firewalls and an operator's key could do it by hand. Exit code: the command's.",
    )
    .action(async (words: string[], options: AdmitOptions) => {
      if (options.reap) return reapAll(verb);
      if (words.length === 0) throw new SiteError("which command? ./site admit -- COMMAND", exitCodes.usage);
      const site = await verb.site();
      process.exitCode = await admitted(site, options, () => attached(words, verb.from));
    });
  guardCommand(verb);
}

/** Does something while this machine is let in. */
async function admitted(site: Site, options: AdmitOptions, work: () => Promise<number>): Promise<number> {
  const admission = await admissionFor(site, options);
  const guard = startGuard(admission);
  // Ctrl-C reaches the command by itself; here it must not end what comes after.
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const stay = () => undefined;
  signals.forEach((signal) => process.on(signal, stay));
  try {
    await letIn(site, admission, options.minutes);
    return await work();
  } finally {
    await guard.end();
    signals.forEach((signal) => process.off(signal, stay));
  }
}

async function admissionFor(site: Site, { address, minutes: most }: AdmitOptions): Promise<Admission> {
  const { resources } = await site.stack.state();
  const { privateKey } = (site.config.operators ?? {}) as { privateKey?: string };
  const name = Array.from({ length: 6 }, () => randomInt(36).toString(36)).join("");
  return {
    label: labelUntil(new Date(Date.now() + most * 60_000), name),
    cidrs: (address ?? (await ownAddresses())).map(cidrOf),
    firewalls: firewallsOf(resources),
    database: { server: site.server("database"), name, ...(privateKey && { privateKey }) },
  };
}

async function ownAddresses(): Promise<string[]> {
  const [ipv4, ipv6] = await Promise.all([ownAddress(), ownAddress6()]);
  return [ipv4, ...(ipv6 ? [ipv6] : [])];
}

function cidrOf(address: string): string {
  const family = isIP(address);
  if (family === 0) throw new SiteError(`"${address}" is no address. Give one: --address 203.0.113.7`, exitCodes.usage);
  return `${address}/${family === 4 ? 32 : 128}`;
}

/** At the firewalls, then at the database. @throws SiteError when no server answers after that */
async function letIn(site: Site, { label, cidrs, firewalls, database }: Admission, most: number): Promise<void> {
  const api = new LinodeApi(process.env);
  for (const id of firewalls)
    await changeRules(api, id, (inbound) => admitting(expelling(inbound, undefined), label, cidrs));
  for (const { name, address } of site.servers) await untilOpen(name, address, cidrs);
  const words = ["admit", database!.name, String(most * 60), ...cidrs];
  // A server that a former version has set up does not know the verb; it lets in whom its file names.
  const { code, stderr } = await site.connect(database!.server, (connection) => connection.exec(["trinode", ...words]));
  if (code !== 0)
    process.stderr.write(`the database does not let the provisioning login in from here: ${stderr.trim()}\n`);
}

/** Linode takes a moment to bring a rule to a machine. */
async function untilOpen(name: string, address: string, cidrs: string[]): Promise<void> {
  for (const end = Date.now() + 60_000; (await hear(address, 22)) !== "open";)
    if (Date.now() > end)
      throw new SiteError(
        `${name} (${address}) does not answer on port 22, although it lets in ${cidrs.join(" and ")}. Is that how servers see this machine? Say so: --address`,
        exitCodes.unseen,
      );
}

/** Runs a command with this process's standard input and outputs; gives its exit code. */
function attached([program = "", ...args]: string[], cwd: string): Promise<number> {
  const child = spawn(program, args, { cwd, stdio: "inherit" });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  (["SIGTERM", "SIGHUP"] as const).forEach((signal) => process.on(signal, pass));
  return new Promise((resolve, reject) => {
    child.on("error", (error) => reject(new SiteError(`${program}: ${sentence(error)}`)));
    child.on("close", (code, signal) => resolve(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

async function reapAll(verb: Verb): Promise<void> {
  const api = new LinodeApi(process.env);
  const all = await api.find<{ id: number; label: string; tags: string[] }>("/networking/firewalls", {});
  const reaped: string[] = [];
  for (const { id, label, tags } of all)
    if (tags.includes("trinode") && (await changeRules(api, id, (inbound) => expelling(inbound, undefined))))
      reaped.push(label);
  verb.print({ reaped }, reaped.length > 0 ? `taken out of ${reaped.join(", ")}` : "nobody was forgotten");
}

function minutes(value: string): number {
  const count = Number(value);
  if (!(Number.isInteger(count) && count > 0 && count <= 720)) throw new InvalidArgumentError("Give 1 to 720 minutes.");
  return count;
}
