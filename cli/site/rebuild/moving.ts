import { createReadStream, createWriteStream, renameSync } from "node:fs";
import { finished } from "node:stream/promises";
import type { BackupPart } from "../../../render/backupFiles";
import { backUp } from "../backup";
import { isWhole, readBackups } from "../backups/list";
import { SiteError } from "../failure";
import { restoreParts } from "../restore";
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

/** The machine's own copies, that one among them, onto this computer. */
export async function fetchCopies(site: Site, { name }: Rebuild): Promise<void> {
  const file = placeOf(site.stack, "carried.tar");
  const archive = createWriteStream(`${file}.part`, { mode: 0o600 });
  try {
    await runSent(site, site.machine(name), ["carry.sh", "off"], { onOutput: (part) => archive.write(part) });
  } finally {
    archive.end();
    await finished(archive);
  }
  renameSync(`${file}.part`, file);
}

/** They, and all that the last backup has of the former machine, onto the new one: brought back beside, checked, and put in use. */
export async function bringBack(site: Site, { name, data, backup }: Rebuild): Promise<void> {
  const parts: BackupPart[] = [
    ...(data.database ? ["database" as const] : []),
    ...(data.uploads ? ["files" as const] : []),
  ];
  if (parts.length === 0 || backup === undefined) return;
  process.stderr.write(`bringing its copies onto the new ${name}\n`);
  await runSent(site, site.machine(name), ["carry.sh", "on"], {
    input: createReadStream(placeOf(site.stack, "carried.tar")),
  });
  await restoreParts(site, backup, parts);
}
