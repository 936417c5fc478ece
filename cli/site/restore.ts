import { createReadStream, existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { isWhole, type Place, readBackups } from "./backups/list";
import { backupId, isBackupId } from "./backups/ids";
import { exitCodes, SiteError } from "./failure";
import { pausing } from "./restorePause";
import { failure, type Site, trinode } from "./site";
import type { Role, Server } from "./servers";
import type { Verb } from "./verb";

interface RestoreOptions {
  /** A dump of one's own. @default a backup */
  file?: string;
  /** Where copies are taken from. @default the nearest place that has them */
  from?: Place;
  /** Migrates what is older than the release that serves. */
  migrate?: boolean;
}

/** What `restore-fits` says. */
interface Fit {
  release: string;
  ahead: string[];
  behind: string[];
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
    .option("--from <place>", "local (the servers) or offsite (the bucket)")
    .option("--migrate", "runs the migrations that have come since the backup")
    .action(async (wanted: string | undefined, options: RestoreOptions) => {
      if ((wanted === undefined) === (options.file === undefined))
        throw new SiteError("name a backup, or a dump with --file, and not both", exitCodes.usage);
      const dump = options.file === undefined ? undefined : readable(resolve(verb.from, options.file));
      const site = await verb.site();
      if (dump !== undefined || wanted === undefined) {
        const said = await restoreGiven(site, dump ?? "", options);
        verb.print(said, [`the dump is in use, noted as ${said.backup}`, ...said.kept].join("\n"));
        return;
      }
      const said = await restore(site, await chosen(site, wanted, options.from), options);
      verb.print(said, [`backup ${said.backup} is in use`, ...said.kept].join("\n"));
    });
}

/** @throws SiteError when there is no such backup */
async function chosen(site: Site, wanted: string, from?: Place): Promise<string> {
  if (isBackupId(wanted)) return wanted;
  if (wanted !== "latest") throw new SiteError(`"${wanted}" is no backup. See: ./site backups`, exitCodes.usage);
  const { backups } = await readBackups(site);
  const newest = backups.find((backup) => isWhole(backup, from));
  if (!newest) throw new SiteError("there is no backup whose every part was read back. See: ./site backups");
  return newest.id;
}

/** What is beside is made and checked first; only then the site is paused, for the seconds in which names change. Can be run again. */
async function restore(site: Site, id: string, { from, migrate = false }: RestoreOptions) {
  const place = from ?? "any";
  const database = await heard(site, "database", ["restore-database", "prepare", id, place]);
  // A run that was cut off between the two is taken up where it was.
  const { swapped, migrations } = JSON.parse(database) as { swapped: boolean; migrations: [string, string][] };
  await heard(site, "app", ["restore-files", "prepare", id, place, ...(swapped ? ["resume"] : [])]);
  if (!swapped) await refuseMisfit(site, id, migrations, migrate);
  const kept = await pausing(site, id, async () => {
    const former = await heard(site, "database", ["restore-database", "swap", id]);
    await heard(site, "app", ["restore-files", "swap", id]);
    if (migrate) await heard(site, "app", ["manage", "migrate", "--no-input"]);
    for (const server of site.all("app")) await heard(site, server, ["restart-app"]);
    return former;
  });
  const uploads = await heard(site, "app", ["restore-files", "finish", id]);
  await heard(site, "database", ["restore-database", "finish", id]);
  return { backup: id, kept: [kept, uploads].map((line) => line.trim()) };
}

/** A file that is there, by its path. @throws SiteError */
function readable(path: string): string {
  if (existsSync(path) && statSync(path).isFile()) return path;
  throw new SiteError(`there is no file ${path}`, exitCodes.usage);
}

/** The same with a dump of one's own; uploads stay. */
async function restoreGiven(site: Site, path: string, { migrate = false }: RestoreOptions) {
  const id = backupId(new Date());
  const words = ["restore-database", "prepare-given", id, String(statSync(path).size)];
  const { migrations } = JSON.parse(await heard(site, "database", words, createReadStream(path))) as {
    migrations: unknown;
  };
  await refuseMisfit(site, id, migrations, migrate);
  const kept = await pausing(site, id, async () => {
    const former = await heard(site, "database", ["restore-database", "swap", id]);
    if (migrate) await heard(site, "app", ["manage", "migrate", "--no-input"]);
    for (const server of site.all("app")) await heard(site, server, ["restart-app"]);
    return former;
  });
  await heard(site, "database", ["restore-database", "finish", id]);
  return { backup: id, kept: [kept.trim()] };
}

/** Refuses a backup that the release which serves can't work with. */
async function refuseMisfit(site: Site, id: string, migrations: unknown, migrate: boolean): Promise<void> {
  const input = JSON.stringify(migrations);
  const fit = JSON.parse(await heard(site, "app", ["restore-fits"], input)) as Fit;
  if (fit.ahead.length > 0)
    throw new SiteError(
      `backup ${id} has migrations that release ${fit.release} does not know (${fit.ahead.join(", ")}): release the code that has them first. Nothing was changed.`,
    );
  if (fit.behind.length > 0 && !migrate)
    throw new SiteError(
      `backup ${id} is older than migrations of release ${fit.release} (${fit.behind.join(", ")}). Restore it and run them: --migrate. Nothing was changed.`,
    );
}

/** What a verb prints; what it says meanwhile is shown. */
async function heard(
  site: Site,
  where: Role | Server,
  words: string[],
  input: string | Readable = "",
): Promise<string> {
  const said: string[] = [];
  const onErrors = (part: Buffer) => {
    said.push(part.toString());
    process.stderr.write(part);
  };
  const { code, stdout } = await site.connect(typeof where === "string" ? site.server(where) : where, (connection) =>
    connection.exec(trinode(words), { input, onErrors }),
  );
  if (code === 64 || code === 127)
    throw new SiteError(`the server has no "trinode ${words[0]}" yet. Bring it there: pulumi up`);
  if (code !== 0) throw new SiteError(failure(words, said.join("").trim().split("\n").pop() ?? "", code));
  return stdout;
}
