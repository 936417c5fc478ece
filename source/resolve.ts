import { join } from "node:path";
import { formatSource, isCommit, isPinned, parseSource, type PathSource } from "./address";
import { keptArchive, packRelease, type ReleaseArchive } from "./archive";
import { checkOut, type GitAccess, resolveCommit } from "./git";

/** A site's source, packed. */
export interface PackedSource extends ReleaseArchive {
  /** Of a repository. */
  commit?: string;
}

/**
 * The same source, pinned: a repository's branch or tag to the commit that it is at now, a zip or a directory to the checksum of
 * what it holds. It is what `./site release` writes into the configuration, so that a later `pulumi up` deploys the same.
 * `directory` is the stack's own (`.trinode/<stack>`). @throws Error with one sentence, naming the key
 */
export async function resolveSource(text: string, access: GitAccess, directory: string): Promise<string> {
  const source = parseSource(text);
  if (source.kind === "path") {
    const { sha256 } = await packRelease(source.path, join(directory, "releases"));
    return formatSource({ ...source, sha256 });
  }
  if (isCommit(source.ref)) return text;
  const commit = await resolveCommit(source, access, directory);
  return formatSource({ ...source, ref: commit, from: source.ref });
}

/**
 * Packs a source as `pulumi up` deploys it. A repository has to be pinned: what is deployed follows from the configuration alone,
 * and not from the moment. @throws Error with one sentence, naming the key
 */
export async function packSource(text: string, access: GitAccess, directory: string): Promise<PackedSource> {
  const source = parseSource(text);
  const releases = join(directory, "releases");
  if (source.kind === "path") return packPath(source, releases);
  if (!isPinned(source)) {
    const commit = await resolveCommit(source, access, directory);
    const pinned = formatSource({ ...source, ref: commit, from: source.ref });
    throw new Error(
      `trinode:app.source: "${source.ref}" of ${source.url} can mean another commit tomorrow, so pulumi up does not deploy it. Run ./site release, or set it to ${pinned}`,
    );
  }
  const packed = await packRelease(await checkOut(source, access, directory), releases, text);
  return { ...packed, commit: source.ref };
}

/** What was released stays what is deployed, also when the directory has changed since: its archive is still here. */
async function packPath({ path, sha256 }: PathSource, releases: string): Promise<PackedSource> {
  const kept = sha256 === undefined ? undefined : await keptArchive(sha256, releases);
  if (kept) return kept;
  const packed = await packRelease(path, releases);
  if (sha256 !== undefined && packed.sha256 !== sha256)
    throw new Error(
      `trinode:app.source: ${path} has changed since it was released. Run ./site release ${path} to release it as it is now, or bring back what it was.`,
    );
  return packed;
}
