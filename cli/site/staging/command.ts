import { InvalidArgumentError } from "commander";
import { ownAddress } from "../../ownAddress";
import { LinodeApi } from "../../linodeApi";
import { exitCodes } from "../failure";
import { probeStack } from "../probe/probe";
import { chosen } from "../restore";
import { restoreInto, type Sending } from "../restoreSent";
import type { Site } from "../site";
import { SiteStack } from "../stack";
import { table } from "../table";
import type { Verb } from "../verb";
import { findLeftovers } from "./leftovers";
import { mustBeDisposable, stagingFile } from "./names";
import { reap } from "./reap";
import { stagingDown, stagingUp } from "./stacks";

interface UpOptions {
  like: string;
  over: string;
  zone?: string;
  email?: string;
  topology: "three" | "single";
  address?: string;
  fromBackup?: string;
}

/** `./site staging up | down | list | reap` */
export function stagingCommand(verb: Verb): void {
  const staging = verb.group("staging", "stacks that come and go, one for each request");
  addUp(staging);
  addDown(staging);
  addList(staging);
  addReap(staging);
}

function addUp(verb: Verb): void {
  verb.parent
    .command("up")
    .description("makes a staging stack, or brings it up to date, and looks at it from outside")
    .argument("<name>", "pr-7 or staging-something")
    .option("--like <file>", "the stack's file that it is like; nothing secret of it is taken", "Pulumi.prod.yaml")
    .option("--over <file>", "laid over that, if it is there: sandbox keys, where mail goes", "Pulumi.staging.yaml")
    .option("--zone <zone>", "zone at Linode in which it gets its name (default: a name in no DNS)")
    .option("--email <address>", "for the certificate authority, with --zone")
    .option("--topology <topology>", "single or three", oneOf("single", "three"), "single")
    .option("--address <ip>", "of this machine, as servers see it (default: it is asked for)")
    .option("--from-backup <backup>", "puts a backup of the stack that --stack names there: an id, or latest")
    .action(async (name: string, { address, fromBackup, ...options }: UpOptions) => {
      mustBeDisposable(name);
      const begun = Date.now();
      const data = fromBackup === undefined ? undefined : await backupOf(await verb.site(), fromBackup);
      const cidrs = [`${await ownAddress(address)}/32`];
      const made = await stagingUp({ ...options, stack: name, cidrs });
      if (data) made.well = await filled(name, data);
      const seconds = Math.round((Date.now() - begun) / 1000);
      const { hostname } = new URL(made.url);
      const how = options.zone ? "" : `\nin no DNS; add to /etc/hosts: ${made.address} ${hostname}`;
      verb.print({ stack: name, ...made, seconds }, `${made.url} stands, after ${seconds} s${how}`);
      process.exitCode = made.well ? exitCodes.well : exitCodes.failed;
    });
}

/** Looked for before anything is made. */
async function backupOf(site: Site, wanted: string): Promise<Sending> {
  return { site, id: await chosen(site, wanted), migrate: true };
}

/** The stack has those data, and migrations that have come since; whether it is well with them. */
async function filled(name: string, data: Sending): Promise<boolean> {
  const target = { stack: name, configFile: stagingFile(name) };
  await restoreInto(target, data);
  return probeStack(await SiteStack.open(target));
}

function addDown(verb: Verb): void {
  verb.parent
    .command("down")
    .description("destroys a staging stack, with all that is in it, and forgets it")
    .argument("<name>")
    .action(async (name: string) => {
      mustBeDisposable(name);
      const begun = Date.now();
      const there = await stagingDown(name);
      const seconds = Math.round((Date.now() - begun) / 1000);
      verb.print(
        { stack: name, there, seconds },
        there ? `${name} is gone, after ${seconds} s` : `there is no ${name}`,
      );
    });
}

function addList(verb: Verb): void {
  verb.parent
    .command("list")
    .description("every staging stack that has something at Linode, found by tags")
    .action(async () => {
      const found = await findLeftovers(new LinodeApi(process.env));
      const rows = found.map(({ stack, since, machines }) => ({
        stack,
        since: since.toISOString(),
        linodes: machines.length,
      }));
      verb.print(rows, table([["STACK", "SINCE", "LINODES"], ...rows.map((row) => Object.values(row).map(String))]));
    });
}

function addReap(verb: Verb): void {
  verb.parent
    .command("reap")
    .description(
      "takes down staging stacks older than they may get, also what a job that crashed has left; never a production",
    )
    .option("--hours <count>", "how old they may get", hours, 72)
    .option("--dry-run", "only says what would go")
    .action(async (options: { hours: number; dryRun?: boolean }) => {
      const reaped = await reap(process.env, options.hours, options.dryRun);
      const rows = reaped.map(({ stack, hours: age, became }) => [stack, `${age} h`, became]);
      if (reaped.some(({ became }) => became === "failed")) process.exitCode = exitCodes.failed;
      verb.print(reaped, rows.length > 0 ? table(rows) : "there is no staging stack");
    });
}

function oneOf<T extends string>(...values: T[]) {
  return (value: string): T => {
    if (!values.includes(value as T)) throw new InvalidArgumentError(`Use ${values.join(" or ")}.`);
    return value as T;
  };
}

function hours(value: string): number {
  const count = Number(value);
  if (!(count >= 0)) throw new InvalidArgumentError("Give a number of hours.");
  return count;
}
