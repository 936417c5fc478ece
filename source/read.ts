import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { openPromise, type Entry, type ZipFile } from "yauzl";
import { belongs, type SourceEntry, sourceLimits } from "./entries";

/** Everything in a site's zip or directory that belongs on a server. @throws Error naming trinode:app.source when it can't be read. */
export async function readSource(source: string): Promise<SourceEntry[]> {
  const limit = new Limit(source);
  const about = await stat(source).catch(() => undefined);
  if (!about)
    throw new Error(`trinode:app.source: there is no "${source}". Paths count from the directory of Pulumi.yaml.`);
  return about.isDirectory() ? readDirectory(source, source, limit) : readZip(source, limit);
}

/** Counts what is read, and stops before the memory is full of it. */
class Limit {
  private total = 0;
  private files = 0;
  constructor(private readonly source: string) {}

  add(name: string, bytes: number): void {
    this.total += bytes;
    this.files += 1;
    const { fileMb, totalMb, files } = sourceLimits;
    const reason =
      bytes > fileMb << 20
        ? `"${name}" is larger than ${fileMb} MB`
        : this.total > totalMb << 20
          ? `it has more than ${totalMb} MB`
          : this.files > files
            ? `it has more than ${files} files`
            : undefined;
    if (reason)
      throw new Error(
        `trinode:app.source: ${this.source} is refused: ${reason}. Leave out what the site's code does not need.`,
      );
  }
}

async function readDirectory(top: string, directory: string, limit: Limit): Promise<SourceEntry[]> {
  const found = await readdir(directory, { withFileTypes: true });
  const entries: SourceEntry[] = [];
  for (const item of found) {
    const path = join(directory, item.name);
    const name = relative(top, path);
    if (!belongs(name)) continue;
    if (item.isDirectory()) entries.push(...(await readDirectory(top, path, limit)));
    else if (item.isSymbolicLink()) entries.push(entry(name, "link", { target: await readlink(path) }));
    else if (item.isFile()) {
      const { size, mode } = await stat(path);
      limit.add(name, size);
      entries.push(entry(name, "file", { executable: (mode & 0o100) !== 0, content: await readFile(path) }));
    }
  }
  if (found.length === 0 && directory !== top) entries.push(entry(relative(top, directory), "directory"));
  return entries;
}

async function readZip(path: string, limit: Limit): Promise<SourceEntry[]> {
  const complain = (reason: string) => new Error(`trinode:app.source: ${path} can't be unpacked: ${reason}`);
  let zip: ZipFile;
  try {
    // yauzl refuses names that lead outside, and takes a Windows program's backslashes for the slashes they mean.
    zip = await openPromise(path, { autoClose: false });
  } catch (error) {
    throw complain(`${(error as Error).message}. Is it a zip?`);
  }
  try {
    const entries: SourceEntry[] = [];
    for await (const item of zip.eachEntry()) {
      const name = item.fileName.replace(/\/+$/, "");
      if (name === "" || !belongs(name)) continue;
      limit.add(name, item.uncompressedSize);
      entries.push(await readZipEntry(zip, item, name));
    }
    return withoutFilledDirectories(entries);
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith("trinode:") ? error : complain(message.replace(/\.?$/, "."));
  } finally {
    zip.close();
  }
}

const typeMask = 0o170000;
const linkType = 0o120000;

async function readZipEntry(zip: ZipFile, item: Entry, name: string): Promise<SourceEntry> {
  if (item.isEncrypted()) throw new Error(`"${name}" is encrypted. Pack it without a password`);
  const mode = item.externalFileAttributes >>> 16;
  if (item.fileName.endsWith("/")) return entry(name, "directory");
  const parts: Buffer[] = [];
  // yauzl ends the stream with an error when there is more than the directory of the zip has announced.
  for await (const part of await zip.openReadStreamPromise(item)) parts.push(part as Buffer);
  const content = Buffer.concat(parts);
  if ((mode & typeMask) === linkType) return entry(name, "link", { target: content.toString() });
  return entry(name, "file", { executable: (mode & 0o100) !== 0, content });
}

function withoutFilledDirectories(entries: SourceEntry[]): SourceEntry[] {
  const filled = new Set(
    entries.flatMap(({ name }) => name.split("/").map((_, i, parts) => parts.slice(0, i).join("/"))),
  );
  return entries.filter(({ name, kind }) => kind !== "directory" || !filled.has(name));
}

function entry(name: string, kind: SourceEntry["kind"], more: Partial<SourceEntry> = {}): SourceEntry {
  return { name, kind, executable: false, content: Buffer.alloc(0), ...more };
}
