import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { Archive, Asset } from "../base/values";
import { globToRegExp } from "./glob";

/**
 * The files below `directory` that the patterns choose, by relative path. Patterns count in their order; one that begins
 * with `!` takes files away again.
 */
export async function chooseFiles(directory: string, patterns: string[]): Promise<Record<string, Asset>> {
  const rules = patterns.map((pattern) => ({
    exclude: pattern.startsWith("!"),
    expression: globToRegExp(pattern.replace(/^!/, "")),
  }));
  const chosen: Record<string, Asset> = {};
  for (const path of await filesBelow(directory)) {
    const matching = rules.filter((rule) => rule.expression.test(path));
    const last = matching[matching.length - 1];
    if (last !== undefined && !last.exclude) chosen[path] = await fileAsset(join(directory, path));
  }
  return chosen;
}

async function filesBelow(directory: string, prefix = ""): Promise<string[]> {
  const entries = await readdir(join(directory, prefix), { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = prefix === "" ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) found.push(...(await filesBelow(directory, path)));
    else found.push(path);
  }
  return found.sort();
}

async function fileAsset(path: string): Promise<Asset> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return new Asset({ path }, hash.digest("hex"));
}

/** The files as one archive, with the hash that Pulumi itself computes: that of a tar file of them. */
export async function fileArchive(files: Record<string, Asset>): Promise<Archive> {
  const hash = createHash("sha256");
  for (const name of Object.keys(files).sort()) {
    const { source } = files[name] as Asset;
    const content = await readFile("path" in source ? source.path : "");
    hash
      .update(tarHeader(name, content.length))
      .update(content)
      .update(Buffer.alloc(-content.length & 511));
  }
  return new Archive({ assets: files }, hash.update(Buffer.alloc(1024)).digest("hex"));
}

/** A header as Go's archive/tar writes it for a file with a name, a size and mode 0600 (POSIX ustar). */
function tarHeader(path: string, size: number): Buffer {
  const cut = Buffer.byteLength(path) > 100 ? path.lastIndexOf("/", 155) : -1;
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number, at: number) =>
    header.write(`${value.toString(8).padStart(width - 1, "0")}\0`, at, "latin1");
  header.write(cut > 0 ? path.slice(cut + 1) : path, 0, 100, "utf8");
  octal(0o600, 8, 100);
  octal(0, 8, 108);
  octal(0, 8, 116);
  octal(size, 12, 124);
  octal(0, 12, 136);
  header.write("        0", 148, "latin1");
  header.write("ustar\x0000", 257, "latin1");
  octal(0, 8, 329);
  octal(0, 8, 337);
  if (cut > 0) header.write(path.slice(0, cut), 345, 155, "utf8");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}
