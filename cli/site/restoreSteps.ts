import type { Readable } from "node:stream";
import type { BackupPart } from "../../render/backupFiles";
import { serverOf } from "./backups/get";
import { SiteError } from "./failure";
import { pausing } from "./restorePause";
import { failure, type Site, trinode } from "./site";
import type { Role, Server } from "./servers";

/** What a server says of a database that it has prepared beside. */
export interface Prepared {
  /** Whether a run that was cut off has changed places already. */
  swapped: boolean;
  migrations: [string, string][];
}

/** What is in use now, and sentences that name what was. */
export interface Restored {
  backup: string;
  kept: string[];
}

/** What `restore-fits` says. */
interface Fit {
  release: string;
  ahead: string[];
  behind: string[];
}

/** What was prepared takes the place of what is in use, while visitors get the maintenance page. */
export async function changeOver(site: Site, id: string, uploads: boolean, migrate: boolean): Promise<Restored> {
  const former = await pausing(site, id, async () => {
    const kept = await heard(site, "database", ["restore-database", "swap", id]);
    if (uploads) await heard(site, "app", ["restore-files", "swap", id]);
    if (migrate) await heard(site, "app", ["manage", "migrate", "--no-input"]);
    for (const server of site.all("app")) await heard(site, server, ["restart-app"]);
    return kept;
  });
  const files = uploads ? [await heard(site, "app", ["restore-files", "finish", id])] : [];
  await heard(site, "database", ["restore-database", "finish", id]);
  return { backup: id, kept: [former, ...files].map((line) => line.trim()) };
}

/** Refuses a backup that the release which serves can't work with. */
export async function refuseMisfit(site: Site, id: string, migrations: unknown, migrate: boolean): Promise<void> {
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

/** Parts of a backup alone, onto a server that has been made anew; the site has to be paused by whoever calls. Can be run again. */
export async function restoreParts(site: Site, id: string, parts: BackupPart[]): Promise<void> {
  const verbs = parts.map((part) => ({ role: serverOf[part], verb: `restore-${part}` }));
  for (const { role, verb } of verbs) await heard(site, role, [verb, "prepare", id, "local"]);
  for (const { role, verb } of verbs) await heard(site, role, [verb, "swap", id]);
  for (const server of site.all("app")) await heard(site, server, ["restart-app"]);
  for (const { role, verb } of verbs) await heard(site, role, [verb, "finish", id]);
}

/** What a verb prints; what it says meanwhile is shown. */
export async function heard(
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
