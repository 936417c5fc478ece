import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandFailed, run } from "../../run";
import type { Connection } from "../connection";
import { SiteError } from "../failure";
import type { Put } from "./bundles";
import { compareFiles, type FileDifference, ownDirectories, pathsOf, readFingerprints } from "./files";

/** How a file differs, and where everybody on the server may read it, line by line. */
export interface TextDifference extends Omit<FileDifference, "wanted"> {
  /** As `diff -u` prints it, without the names of the two. */
  diff?: string;
}

/** Holds a server's files against what was put there. @throws SiteError when they can't be read */
export async function lookAtFiles(connection: Connection, put: Put): Promise<TextDifference[]> {
  const text = readFileSync(join(__dirname, "fingerprints.sh"), "utf8");
  const words = ["bash", "-c", text, "fingerprints", ...pathsOf(put), "--", ...ownDirectories];
  const { code, stdout, stderr } = await connection.exec(words);
  if (code !== 0) throw new SiteError(`files can't be read: ${stderr.trim()}`);
  const differences: TextDifference[] = [];
  for (const { wanted, ...difference } of compareFiles(put, readFingerprints(stdout))) {
    const diff = wanted && (await linesOf(connection, difference.path, wanted));
    differences.push({ ...difference, ...(diff && { diff }) });
  }
  return differences;
}

async function linesOf(connection: Connection, path: string, wanted: Buffer): Promise<string> {
  const found = await connection.exec(["head", "-c", "200000", "--", path]);
  return diffOf(wanted, Buffer.from(found.stdout));
}

/** Lines that differ. Empty when the two are the same. */
export async function diffOf(wanted: Buffer, found: Buffer): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "trinode-drift-"));
  try {
    const [before, after] = [join(directory, "wanted"), join(directory, "found")];
    await Promise.all([writeFile(before, wanted), writeFile(after, found)]);
    // Ends with 1 when there is a difference.
    const printed = await run("diff", ["-u", "--text", before, after]).catch((error: unknown) => {
      if (error instanceof CommandFailed && error.code === 1) return error.output;
      throw error;
    });
    return printed.split("\n").slice(2).join("\n").trimEnd();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
