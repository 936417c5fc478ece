import { exitCodes } from "../failure";
import { table } from "../table";
import type { Verb } from "../verb";
import { type Backup, type Copy, type Place, readBackups } from "./list";

/** `./site backups` */
export function backupsCommand(verb: Verb): void {
  verb.parent
    .command("backups")
    .description("lists the backups, the newest first: when, how large, where, and whether they were read back")
    .action(async () => {
      const found = await readBackups(await verb.site());
      verb.print(found, backupsTable(found.backups));
      for (const line of found.unseen) process.stderr.write(`./site: can't be looked at: ${line}\n`);
      if (found.unseen.length > 0) process.exitCode = exitCodes.unseen;
    });
}

export function backupsTable(backups: Backup[]): string {
  if (backups.length === 0) return "there is no backup yet. Make one: ./site backup";
  const rows = backups.map(({ id, when, parts: { database, files } }) => [
    id,
    when,
    database ? `${size(database.bytes)}, ${database.rows ?? 0} rows` : "none",
    files ? `${size(files.bytes)}, ${files.files ?? 0} files` : "none",
    at("local", database, files),
    at("offsite", database, files),
  ]);
  return table([["BACKUP", "WHEN", "DATABASE", "UPLOADS", "ON THE SERVERS", "OFF THE SERVERS"], ...rows]);
}

/** Whether all of a backup's parts are in a place, and were read back from there. */
function at(place: Place, ...parts: (Copy | undefined)[]): string {
  const there = parts.map((part) => part?.places[place]);
  if (there.every((one) => one === undefined)) return "none";
  if (there.some((one) => one === undefined)) return "IN PART";
  return there.every((one) => one?.verifiedAt) ? "verified" : "NOT VERIFIED";
}

function size(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  const value = bytes / 1000 ** power;
  return `${value < 10 && power > 0 ? value.toFixed(1) : Math.round(value)} ${units[power]}`;
}
