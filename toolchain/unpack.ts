/** Programs out of an official archive. */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";

/** Unpacks the files that `select` names (their base names; folders inside are looked through) as programs into `folder`. */
export async function unpackPrograms(
  archive: string,
  folder: string,
  select: (name: string) => boolean,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const found: string[] = [];
  const tar = extract();
  const unpacking = pipeline(createReadStream(archive), createGunzip(), tar);
  // Told below, once the loop over the entries has ended by it.
  unpacking.catch(() => {});
  for await (const entry of tar) {
    const name = path.posix.basename(entry.header.name);
    if (entry.header.type !== "file" || !select(name)) {
      entry.resume();
      continue;
    }
    const part = path.join(folder, `.${name}.${process.pid}.part`);
    try {
      await pipeline(entry, createWriteStream(part, { mode: 0o755 }));
      await rename(part, path.join(folder, name));
    } finally {
      await rm(part, { force: true });
    }
    found.push(name);
  }
  await unpacking;
  return found;
}
