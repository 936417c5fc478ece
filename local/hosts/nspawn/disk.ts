import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { HostSpec } from "../driver";
import { run } from "./command";
import type { GuestFile } from "./guest";
import { diskFiles } from "./guest";

const PREPARE = path.join(__dirname, "scripts/prepare.sh");

/**
 * Makes a host's disk from its image and writes what only this host has.
 * @param extra files of the network @param log told what this machine cannot do
 */
export async function makeDisk(
  directory: string,
  image: string,
  spec: HostSpec,
  extra: GuestFile[],
  log: (line: string) => void,
): Promise<void> {
  const seed = path.join(directory, "seed");
  writeTree(seed, [...diskFiles(spec, randomBytes(16).toString("hex")), ...extra]);
  await run("unshare", ["--mount", "--propagation", "slave", "--", PREPARE], {
    env: { HOST: directory, IMAGE: image, DISK_MB: String(spec.plan.diskMb) },
    onLine: log,
    input: spec.rootPassword ? `${spec.rootPassword}\n` : "",
  });
  fs.rmSync(seed, { recursive: true });
}

/** Replaces a directory by one with these files. */
export function writeTree(directory: string, files: GuestFile[]): void {
  fs.rmSync(directory, { recursive: true, force: true });
  fs.mkdirSync(directory, { recursive: true, mode: 0o700 });
  fs.chmodSync(directory, 0o755); // becomes the root directory's mode
  for (const file of files) {
    const target = path.join(directory, file.path);
    fs.mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
    fs.writeFileSync(target, file.content, { mode: file.mode });
    fs.chmodSync(target, file.mode);
  }
}
