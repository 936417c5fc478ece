import { posix } from "node:path";

/** Something in a site's source. */
export interface SourceEntry {
  /** Path from the source's top, with slashes between. */
  name: string;
  /** Directories only when nothing is in them. */
  kind: "file" | "link" | "directory";
  executable: boolean;
  /** Of a file; of others it is empty. */
  content: Buffer;
  /** Where a link leads, as it stands in the source. */
  target?: string;
}

/** What a source may have at most: a site of a gigabyte of memory has less by far, a mistake (a disk image, a media folder) more. */
export const sourceLimits = { files: 20_000, fileMb: 200, totalMb: 500 };

/** What stays behind wherever it lies: version control, caches, other machines' environments. */
const leftBehind = new Set([
  ".git",
  ".hg",
  ".svn",
  ".venv",
  "venv",
  "node_modules",
  "__pycache__",
  "__MACOSX",
  ".DS_Store",
  ".tox",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
]);

/** Whether a path belongs on a server. */
export function belongs(name: string): boolean {
  return !name.split("/").some((part) => leftBehind.has(part)) && !name.endsWith(".pyc");
}

/** Sorted, and with the one folder that holds everything taken off, where an archive has one. */
export function withoutTopFolder(entries: SourceEntry[], archive: boolean): SourceEntry[] {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const top = sorted[0]?.name.split("/")[0];
  const whole =
    archive && sorted.every(({ name, kind }) => name.startsWith(`${top}/`) || (name === top && kind === "directory"));
  if (!whole) return sorted;
  return sorted
    .filter(({ name }) => name !== top)
    .map((entry) => ({ ...entry, name: entry.name.slice(`${top}/`.length) }));
}

/** @throws Error with one sentence: which entry is unfit, why, and what to do. */
export function checkSource(source: string, entries: SourceEntry[]): void {
  const refuse = (reason: string) => {
    throw new Error(`trinode:app.source: ${source} ${reason}`);
  };
  const leaves = new Map(entries.filter(({ kind }) => kind !== "directory").map(({ name, kind }) => [name, kind]));
  const files = entries.filter(({ kind }) => kind !== "directory");
  const seen = new Set<string>();
  if (files.length === 0) refuse("is empty. Give the zip or the directory that holds the site.");
  if (files.length > sourceLimits.files)
    refuse(`has ${files.length} files, more than ${sourceLimits.files}. Leave out what the site does not need.`);
  for (const { name, kind, content, target = "" } of entries) {
    if (seen.has(name)) refuse(`holds "${name}" twice. Pack it again.`);
    seen.add(name);
    if (outside(name)) refuse(`holds "${name}", which would lie outside the release. Pack it again.`);
    const leads = posix.join(posix.dirname(name), target);
    if (kind === "link" && (target.startsWith("/") || outside(leads)))
      refuse(`holds the link "${name}" to "${target}", outside of it. Replace the link by what it leads to.`);
    const through = parents(name).find((parent) => leaves.has(parent));
    if (through !== undefined) refuse(`holds "${name}" below the ${leaves.get(through)} "${through}". Pack it again.`);
    if (content.subarray(0, largeFile.length).equals(largeFile))
      refuse(
        `holds "${name}" as a mere reference to Git LFS. Deploy a zip or a directory with the files themselves, or move them to media.`,
      );
  }
}

/** What every pointer of Git LFS starts with. */
const largeFile = Buffer.from("version https://git-lfs.github.com/spec/v1\n");

/** Whether a path leaves the directory that it starts in. */
export function outside(name: string): boolean {
  const path = posix.normalize(name);
  return path.startsWith("/") || path === ".." || path.startsWith("../") || /[\0\\]/.test(name);
}

function parents(name: string): string[] {
  const parts = name.split("/");
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join("/"));
}
