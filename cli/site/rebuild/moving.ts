import { closeSync, createReadStream, existsSync, openSync, renameSync, writeSync } from "node:fs";
import type { BackupPart } from "../../../render/backupFiles";
import { backUp } from "../backup";
import { isWhole, readBackups } from "../backups/list";
import { sentence, SiteError } from "../failure";
import { restoreParts } from "../restoreSteps";
import type { Site } from "../site";
import { placeOf, type Rebuild } from "./note";
import { runSent } from "./sent";

/** A last backup of all, read back. @returns its id. @throws SiteError */
export async function lastBackup(site: Site): Promise<string> {
  const id = await backUp(site);
  const found = (await readBackups(site)).backups.find((one) => one.id === id);
  if (!found || !isWhole(found, "local")) throw new SiteError(`backup ${id} was not read back. See: ./site backups`);
  return id;
}

/** The machine's own copies, that one among them, onto this computer. @throws SiteError */
export async function fetchCopies(site: Site, { name }: Rebuild): Promise<void> {
  const file = placeOf(site.stack, "carried.tar");
  const archive = openSync(`${file}.part`, "w", 0o600);
  const failures: unknown[] = [];
  const onOutput = (bytes: Buffer) => {
    if (failures.length > 0) return;
    try {
      writeSync(archive, bytes);
    } catch (error) {
      failures.push(error);
    }
  };
  await runSent(site, site.machine(name), ["carry.sh", "off"], { onOutput }).finally(() => closeSync(archive));
  if (failures.length > 0) throw new SiteError(`${file} can't be written: ${sentence(failures[0])}`);
  renameSync(`${file}.part`, file);
}

/** They, and all that the last backup has of the former machine, onto the new one: brought back beside, checked, and put in use. */
export async function bringBack(site: Site, { name, data, backup }: Rebuild): Promise<void> {
  const parts: BackupPart[] = [
    ...(data.database ? ["database" as const] : []),
    ...(data.uploads ? ["files" as const] : []),
  ];
  if (parts.length === 0 || backup === undefined) return;
  const carried = placeOf(site.stack, "carried.tar");
  if (!existsSync(carried))
    throw new SiteError(`the former machine's copies are not here any more: there is no ${carried}`);
  process.stderr.write(`bringing its copies onto the new ${name}\n`);
  await runSent(site, site.machine(name), ["carry.sh", "on"], {
    input: createReadStream(carried),
  });
  await restoreParts(site, backup, parts);
}
