import { resolve } from "node:path";
import { exitCodes, SiteError } from "../failure";
import { listMachines, machinesTable } from "../machineSnapshots";
import { table } from "../table";
import type { Verb } from "../verb";
import { getBackup } from "./get";
import { isBackupId } from "./ids";
import { type Backup, type Copy, type Place, readBackups } from "./list";

/** `./site backups` and `./site backups get` */
export function backupsCommand(verb: Verb): void {
  const backups = verb.group("backups", "lists the backups, the newest first, or gets one of them");
  backups.parent
    .command("list", { isDefault: true })
    .description("lists the backups, the newest first: when, how large, where, and whether they were read back")
    .addHelpText("after", "\nWith LINODE_TOKEN in the environment, also what Linode has of the whole machines.")
    .action(async () => {
      const site = await verb.site();
      const [found, linode] = await Promise.all([readBackups(site), listMachines(site.servers)]);
      const unseen = [...found.unseen, ...linode.unseen];
      verb.print(
        { ...found, machines: linode.machines, unseen },
        backupsTable(found.backups) + machinesTable(linode.machines),
      );
      for (const line of unseen) process.stderr.write(`./site: can't be looked at: ${line}\n`);
      if (unseen.length > 0) process.exitCode = exitCodes.unseen;
    });
  backups.parent
    .command("get")
    .description("gets a backup onto this computer, decrypted, and reads all of it before it has its name there")
    .argument("<backup>", "an id of ./site backups")
    .argument("<directory>", "where it gets a directory of its own")
    .option("--from <place>", "local (the servers) or offsite (the bucket); without, the nearest that has it")
    .action(async (id: string, directory: string, { from }: { from?: Place }) => {
      if (!isBackupId(id)) throw new SiteError(`"${id}" is no backup. See: ./site backups`, exitCodes.usage);
      const place = await getBackup(await verb.site(), id, resolve(verb.from, directory), from ?? "any");
      verb.print({ backup: id, directory: place }, `backup ${id} is in ${place}, and was read in full`);
    });
}

export function backupsTable(backups: Backup[]): string {
  if (backups.length === 0) return "there is no backup yet. Make one: ./site backup";
  const rows = backups.map(({ id, when, drill, parts: { database, files } }) => [
    id,
    when,
    database ? `${size(database.bytes)}, ${database.rows ?? 0} rows` : "none",
    files ? `${size(files.bytes)}, ${files.files ?? 0} files` : "none",
    at("local", database, files),
    at("offsite", database, files),
    drill ? `${drill.outcome === "well" ? "well" : "FAILED"}, ${drill.began}` : "none",
  ]);
  return table([["BACKUP", "WHEN", "DATABASE", "UPLOADS", "ON THE SERVERS", "OFF THE SERVERS", "DRILL"], ...rows]);
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
