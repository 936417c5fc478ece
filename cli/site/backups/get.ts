import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { BackupPart } from "../../../render/backupFiles";
import { run } from "../../run";
import { SiteError } from "../failure";
import { type Site, trinode } from "../site";
import type { Place } from "./list";

/** The server that has a part of a backup. */
export const serverOf = { database: "database", files: "app" } as const;

/**
 * A backup onto this computer: fetched, decrypted, read in full and held against its manifest, as `<directory>/<id>`. There all of it, or not.
 * Returns that directory. @throws SiteError
 */
export async function getBackup(site: Site, id: string, directory: string, from: Place | "any"): Promise<string> {
  const place = join(directory, id);
  if (existsSync(place)) throw new SiteError(`${place} is there already. Give another directory, or move it away.`);
  const part = join(directory, `.${id}.part`);
  rmSync(part, { recursive: true, force: true });
  // It holds all that the site knows.
  mkdirSync(part, { recursive: true, mode: 0o700 });
  try {
    for (const name of ["database", "files"] as const) await fetchPart(site, name, id, part, from);
    renameSync(part, place);
    return place;
  } finally {
    rmSync(part, { recursive: true, force: true });
  }
}

async function fetchPart(site: Site, name: BackupPart, id: string, directory: string, from: Place | "any") {
  const archive = join(directory, `${name}.tar`);
  const file = openSync(archive, "wx", 0o600);
  const { code, stderr } = await site
    .connect(site.server(serverOf[name]), (connection) =>
      connection.exec(trinode(["backup-read", name, id, from]), { onOutput: (bytes) => writeSync(file, bytes) }),
    )
    .finally(() => closeSync(file));
  if (code !== 0) throw new SiteError(stderr.trim().replace(/^trinode: /, "") || `the ${name} could not be fetched`);
  const [check, unpacked] = ["scripts/python/backup_verify.py", join(directory, name)];
  const verdict = await run("bash", ["-c", 'python3 -I "$1" <"$2"', "verify", check, archive]);
  mkdirSync(unpacked, { mode: 0o700 });
  await run("tar", ["--extract", "--no-same-owner", "--file", archive, "--directory", unpacked]);
  // As in the repository, where the proof lies beside the copy: whoever brings it back from here holds it against that.
  writeFileSync(join(unpacked, "verified.json"), verdict, { mode: 0o600 });
  rmSync(archive);
}
