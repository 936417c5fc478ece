import { createReadStream, existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isWhole, type Place, readBackups } from "./backups/list";
import { backupId, isBackupId } from "./backups/ids";
import { exitCodes, SiteError } from "./failure";
import { takeSnapshots } from "./machineSnapshots";
import { restoreMachine, untilWell } from "./restoreMachine";
import { lookAtMachine } from "./status/machines";
import { restoreDirectory, restoreInto } from "./restoreSent";
import { changeOver, heard, type Prepared, refuseMisfit, type Restored } from "./restoreSteps";
import type { Site } from "./site";
import type { Verb } from "./verb";

interface RestoreOptions {
  /** A dump of one's own. @default a backup */
  file?: string;
  /** A backup that `./site backups get` has fetched. @default one that the servers reach */
  directory?: string;
  /** Where copies are taken from. @default the nearest place that has them */
  from?: Place;
  /** Migrates what is older than the release that serves. */
  migrate?: boolean;
  /** Another stack that gets it. @default the stack whose backup it is */
  to?: string;
  toConfigFile?: string;
  /** A machine that becomes what Linode's backup of it is. @default data are brought back, not machines */
  machine?: string;
  /** Keeps the machines that hold data at Linode first. */
  snapshot?: boolean;
  /** Says that a protected stack's data are meant to be replaced by another one's. */
  yes?: string;
}

/** `./site restore ID|latest` */
export function restoreCommand(verb: Verb): void {
  verb.parent
    .command("restore")
    .description("brings a backup back: made beside, checked, and switched to; what was there is kept")
    .argument("[backup]", "an id of ./site backups, or latest: the newest that was read back")
    .option(
      "--file <dump>",
      "a dump of your own in its place, by pg_dump: SQL (also .gz) or custom format; uploads stay as they are",
    )
    .option("--directory <directory>", "a backup in its place that ./site backups get has fetched")
    .option("--from <place>", "local (the servers) or offsite (the bucket)")
    .option("--migrate", "runs the migrations that have come since the backup")
    .option("--to <stack>", "into another stack, e.g. a staging, by way of this computer")
    .option(
      "--to-config-file <file>",
      "that stack's configuration (default: where staging up has put it, or Pulumi.<stack>.yaml)",
    )
    .option("--snapshot", "has Linode make a snapshot of the database's and the application's machine first")
    .option(
      "--machine <name>",
      "a whole machine (web, app, database …) becomes what Linode's backup of it is: an id of the machines in ./site backups, or latest",
    )
    .option("--yes <name>", "the stack's name once more, where it is protected; the machine's label, with --machine")
    .action(async (wanted: string | undefined, options: RestoreOptions) => {
      refuseSenseless(wanted, options);
      if (options.machine !== undefined) {
        const site = await verb.site();
        const machine = site.machine(options.machine);
        const done = await restoreMachine(machine, wanted ?? "", options.yes);
        await untilWell(machine.label, () => lookAtMachine(site, machine));
        verb.print(done, `${machine.label} is what it was at ${done.created}Z. See: ./site status, ./site drift`);
        return;
      }
      const said = await restored(verb, wanted, options);
      const what =
        options.file === undefined ? `backup ${said.backup} is in use` : `the dump is in use, noted as ${said.backup}`;
      verb.print(said, [what + (options.to ? ` in ${options.to}` : ""), ...said.kept].join("\n"));
    });
}

function refuseSenseless(wanted: string | undefined, options: RestoreOptions): void {
  const { file, directory, to, machine, snapshot } = options;
  const other = file ?? directory ?? to ?? options.from;
  if (machine !== undefined && (wanted === undefined || other !== undefined || snapshot))
    throw new SiteError("--machine takes one of Linode's backups, and no option but --yes", exitCodes.usage);
  if (machine !== undefined) return;
  if (snapshot && to !== undefined)
    throw new SiteError(
      `--snapshot is of this stack's machines. First: ./site --stack ${to} backup --machine`,
      exitCodes.usage,
    );
  if ([wanted, file, directory].filter((source) => source !== undefined).length !== 1)
    throw new SiteError("name a backup, or a dump with --file, or a --directory, and one of them", exitCodes.usage);
  if (to !== undefined && wanted === undefined)
    throw new SiteError(
      `--to takes a backup of this stack. For what you have here: ./site --stack ${to} restore …`,
      exitCodes.usage,
    );
}

async function restored(verb: Verb, wanted: string | undefined, options: RestoreOptions): Promise<Restored> {
  const { file, directory, from, migrate = false, to, toConfigFile, yes } = options;
  const dump = file === undefined ? undefined : readable(resolve(verb.from, file));
  const site = await verb.site();
  if (options.snapshot)
    await takeSnapshots([...new Set([site.server("database"), site.server("app")])], "before restore");
  if (dump !== undefined) return restoreGiven(site, dump, migrate);
  if (directory !== undefined) return restoreDirectory(site, resolve(verb.from, directory), migrate);
  const id = await chosen(site, wanted ?? "", from);
  if (to === undefined) return restore(site, id, from, migrate);
  const target = { stack: to, ...(toConfigFile && { configFile: resolve(verb.from, toConfigFile) }) };
  return restoreInto(target, { site, id, from, migrate, ...(yes !== undefined && { yes }) });
}

/** @throws SiteError when there is no such backup */
export async function chosen(site: Site, wanted: string, from?: Place): Promise<string> {
  if (isBackupId(wanted)) return wanted;
  if (wanted !== "latest") throw new SiteError(`"${wanted}" is no backup. See: ./site backups`, exitCodes.usage);
  const { backups } = await readBackups(site);
  const newest = backups.find((backup) => isWhole(backup, from));
  if (!newest) throw new SiteError("there is no backup whose every part was read back. See: ./site backups");
  return newest.id;
}

/** What is beside is made and checked first; only then the site is paused, for the seconds in which names change. Can be run again. */
async function restore(site: Site, id: string, from: Place | undefined, migrate: boolean): Promise<Restored> {
  const place = from ?? "any";
  const database = await heard(site, "database", ["restore-database", "prepare", id, place]);
  // A run that was cut off between the two is taken up where it was.
  const { swapped, migrations } = JSON.parse(database) as Prepared;
  await heard(site, "app", ["restore-files", "prepare", id, place, ...(swapped ? ["resume"] : [])]);
  if (!swapped) await refuseMisfit(site, id, migrations, migrate);
  return changeOver(site, id, true, migrate);
}

/** A file that is there, by its path. @throws SiteError */
function readable(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new SiteError(`there is no file ${path}`, exitCodes.usage);
}

/** The same with a dump of one's own; uploads stay. */
async function restoreGiven(site: Site, path: string, migrate: boolean): Promise<Restored> {
  const id = backupId(new Date());
  const words = ["restore-database", "prepare-given", id, String(statSync(path).size)];
  const { migrations } = JSON.parse(await heard(site, "database", words, createReadStream(path))) as Prepared;
  await refuseMisfit(site, id, migrations, migrate);
  return changeOver(site, id, false, migrate);
}
