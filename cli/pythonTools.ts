import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "../toolchain/apt";
import { run } from "./run";

/**
 * A virtual environment with what a requirements file names, made when missing or when the file has changed. Returns its `bin`.
 */
export async function pythonTools(name: string, requirements: string): Promise<string> {
  const directory = join(".local", "python", name);
  const stamp = join(directory, "requirements.sha256");
  const wanted = createHash("sha256").update(readFileSync(requirements)).digest("hex");
  const bin = join(directory, "bin");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return bin;
  await ensureVenv();
  await run("python3", ["-m", "venv", "--clear", directory]);
  await run(join(bin, "pip"), ["install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
  writeFileSync(stamp, wanted);
  return bin;
}

/** Debian keeps Python's venv module in a package of its own. */
export async function ensureVenv(): Promise<void> {
  const there = await run("python3", ["-c", "import ensurepip"]).then(
    () => true,
    () => false,
  );
  if (there) return;
  console.log("  installing the Debian package python3-venv");
  await installPackages(["python3-venv"]);
}
