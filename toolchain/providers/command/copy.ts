import { readdir, stat } from "node:fs/promises";
import { basename, join, posix } from "node:path";
import { Archive, Asset } from "../base/values";
import type { RemoteFiles } from "./remoteFiles";

/**
 * Copies an asset, or an archive as the file or folder it is, as the official provider does:
 *
 * | source | path is a directory   | path does not exist | path is a file |
 * | ------ | --------------------- | ------------------- | -------------- |
 * | `dir`  | `path/dir`            | `path/dir`          | error          |
 * | `dir/` | what is in it         | what is in it       | error          |
 * | file   | `path/file`           | `path`              | overwritten    |
 * | text   | error                 | `path`              | overwritten    |
 */
export async function copySource(files: RemoteFiles, source: Asset | Archive, path: string): Promise<void> {
  const { source: from } = source;
  if ("text" in from) return copyText(files, from.text, path);
  if ("path" in from) return copyPath(files, from.path, path);
  throw new Error("source must be a path or a text");
}

async function copyText(files: RemoteFiles, text: string, path: string): Promise<void> {
  if ((await files.kind(path)) === "directory") {
    throw new Error(`remote path ${path} is a directory; when using a text asset, remotePath must be a file path`);
  }
  await files.makeParents(path);
  await files.write(path, text);
}

async function copyPath(files: RemoteFiles, from: string, path: string): Promise<void> {
  const isDirectory = await stat(from).then(
    (found) => found.isDirectory(),
    () => Promise.reject(new Error(`open ${from}: no such file or directory`)),
  );
  const found = await files.kind(path);
  if (isDirectory) return copyDirectory(files, from, path, found);
  if (found === "directory") return files.upload(from, posix.join(path, basename(from)));
  if (found === undefined) await files.makeParents(path);
  return files.upload(from, path);
}

async function copyDirectory(
  files: RemoteFiles,
  from: string,
  path: string,
  found: "directory" | "other" | undefined,
): Promise<void> {
  if (found === undefined) {
    await files.makeDirectories(path).catch((error: Error) => {
      throw new Error(`failed to create remote directory ${path}: ${error.message}`);
    });
  }
  const target = from.endsWith("/") ? path : posix.join(path, basename(from));
  await copyTree(files, from, target);
}

async function copyTree(files: RemoteFiles, from: string, path: string): Promise<void> {
  const found = await files.kind(path);
  if (found === "other") throw new Error(`remote path ${path} exists but is not a directory`);
  if (found === undefined) await files.makeDirectory(path);
  const entries = await readdir(from, { withFileTypes: true });
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const [source, target] = [join(from, entry.name), posix.join(path, entry.name)];
    if (entry.isDirectory()) await copyTree(files, source, target);
    else await files.upload(source, target);
  }
}
