import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import { checkSource, type SourceEntry, withoutTopFolder } from "./entries";
import { readSource } from "./read";

/** A site's source as it travels to application servers. */
export interface ReleaseArchive {
  /** A gzipped tar on this machine. */
  path: string;
  /** Of the tar, as it is before gzip; the same for the same files, whether they came as a zip or as a directory. */
  sha256: string;
  /** Its files, as paths in the archive. */
  names: string[];
}

/**
 * Packs a site's zip or directory, always in the same way: sorted, without times and owners. What does not belong on a server
 * (`.git`, `node_modules`, virtual environments, caches) stays behind, and a zip's one top folder is looked through.
 * `called` is its name in messages. @throws Error naming trinode:app.source for what is no fit source: paths or links leading outside, too many or too large files.
 */
export async function packRelease(source: string, directory: string, called = source): Promise<ReleaseArchive> {
  const entries = withoutTopFolder(await readSource(source), source.endsWith(".zip"));
  checkSource(called, entries);
  const tar = await packEntries(entries);
  const sha256 = createHash("sha256").update(tar).digest("hex");
  const path = join(directory, `${sha256}.tar.gz`);
  mkdirSync(directory, { recursive: true });
  writeFileSync(`${path}.part`, await promisify(gzip)(tar));
  renameSync(`${path}.part`, path);
  return { path, sha256, names: entries.map(({ name }) => name) };
}

/** An archive that was packed before; none when it is not here, or not whole. */
export async function keptArchive(sha256: string, directory: string): Promise<ReleaseArchive | undefined> {
  const path = join(directory, `${sha256}.tar.gz`);
  if (!existsSync(path)) return undefined;
  const tar = await promisify(gunzip)(readFileSync(path)).catch(() => Buffer.alloc(0));
  if (createHash("sha256").update(tar).digest("hex") !== sha256) return undefined;
  const names: string[] = [];
  for await (const entry of Readable.from([tar]).pipe(extract())) {
    names.push(entry.header.name.replace(/\/$/, ""));
    entry.resume();
  }
  return { path, sha256, names };
}

/** Bytecode is told from its source by the time: any will do, as long as it is always the same and a zip could hold it. */
const mtime = new Date("1980-01-02T00:00:00Z");

async function packEntries(entries: SourceEntry[]): Promise<Buffer> {
  const tar = pack();
  const whole = collect(tar);
  for (const { name, kind, executable, content, target } of entries) {
    const header = { name, mtime, uid: 0, gid: 0, mode: executable || kind === "directory" ? 0o755 : 0o644 };
    if (kind === "link") tar.entry({ ...header, type: "symlink", linkname: target });
    else if (kind === "directory") tar.entry({ ...header, type: "directory" });
    else tar.entry(header, content);
  }
  tar.finalize();
  return whole;
}

async function collect(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
