import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { findGo } from "../../../toolchain/go";
import { run } from "../nspawn/command";

const SOURCE = path.join(__dirname, "server");

export interface BuildOptions {
  /** Where the built server is kept for all instances. */
  cache: string;
  log: (line: string) => void;
}

/**
 * The S3 server's program, built once for each version of its source: about a minute on two cores. All it is built from is
 * pinned by go.sum. @returns its file. @throws Error when Go is missing and cannot be installed, or a module cannot be had
 */
export async function buildObjectsServer({ cache, log }: BuildOptions): Promise<string> {
  const directory = path.join(cache, "objects", versionOf(SOURCE));
  const program = path.join(directory, "objects");
  if (fs.existsSync(program)) return program;
  const go = await findGo(log);
  fs.mkdirSync(directory, { recursive: true });
  const part = `${program}.${process.pid}.part`;
  log("Object Storage is used for the first time: building its server (versitygw) with Go, about a minute …");
  try {
    const options = ["-C", SOURCE, "-trimpath", "-ldflags=-s -w", "-o", part, "."];
    await run(go.file, ["build", ...options], { env: { ...go.env, GOFLAGS: "-mod=readonly" } });
    fs.renameSync(part, program);
  } finally {
    fs.rmSync(part, { force: true });
  }
  log("Object Storage's server is built.");
  return program;
}

function versionOf(source: string): string {
  const hash = createHash("sha256");
  for (const name of fs.readdirSync(source).sort()) hash.update(name).update(fs.readFileSync(path.join(source, name)));
  return hash.digest("hex").slice(0, 16);
}
