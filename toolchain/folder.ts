/** Official archives that somebody put into a folder. */
import path from "node:path";
import { exists, verify } from "./download";
import type { Archive } from "./versions";

/** The archive's file in the folder, checked if its list of sums lies beside it; undefined if it is not there. */
export async function fromFolder(
  archive: Archive,
  folder: string | undefined,
  say: (line: string) => void,
): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const file = path.join(folder, archive.file);
  if (!(await exists(file))) return undefined;
  const list = path.join(folder, archive.sums.file);
  if (await exists(list)) await verify(file, list);
  else say(`${archive.file}: taken unchecked, ${archive.sums.file} is not beside it`);
  return file;
}
