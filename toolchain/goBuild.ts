/** Programs built from their Go modules, where their archives cannot be had. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandResult, tryCommand } from "./command";

export interface GoProgram {
  name: string;
  module: string;
  version: string;
  package: string;
  /** About how long it takes on two cores, for the person who waits. */
  minutes: number;
}

/** From this version on, Go gets the version that a module wants by itself. */
const FIRST_SELF_UPDATING = [1, 21];

/** @throws Error that says what to install, if Go is missing or too old to help itself. */
export async function checkGo(): Promise<void> {
  const result = await tryCommand("go", ["env", "GOVERSION"]);
  const install =
    "Install it (Debian 13, Ubuntu 24.04: apt install golang-go; Debian 12: apt install -t bookworm-backports golang-go) and run again.";
  if (result === undefined) throw new Error(`Pulumi has to be built here, and Go is missing. ${install}`);
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(result.stdout.trim()) ?? [];
  const [wantMajor = 0, wantMinor = 0] = FIRST_SELF_UPDATING;
  const old = Number(major) < wantMajor || (Number(major) === wantMajor && Number(minor) < wantMinor);
  if (old)
    throw new Error(
      `Pulumi has to be built here, and Go ${major}.${minor} is older than ${wantMajor}.${wantMinor}. ${install}`,
    );
}

/**
 * Builds a program into `folder`. Go keeps what it downloaded and compiled, so that an interrupted build goes on where it was.
 * A module of our own around it is needed: `go install` refuses modules that replace parts of themselves.
 */
export async function buildGoProgram(program: GoProgram, folder: string, scratch: string): Promise<void> {
  const module = path.join(scratch, program.name);
  const part = path.join(folder, `.${program.name}.${process.pid}.part`);
  await mkdir(module, { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(module, "go.mod"), `module local/${program.name}\n\ngo 1.21\n`);
  const env = { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" };
  try {
    // The module by name, never the package: Go would look for a newer module that might hold it.
    await go(["get", `${program.module}@${program.version}`], module, env);
    await go(["build", "-trimpath", "-ldflags=-s -w", "-o", path.resolve(part), program.package], module, env);
    await rename(part, path.join(folder, program.name));
  } finally {
    await rm(part, { force: true });
  }
}

async function go(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const result = await tryCommand("go", args, { cwd, env });
  if (result === undefined) throw new Error("Go is missing.");
  if (result.code !== 0) {
    throw new Error(
      `go ${args.join(" ")} ended with code ${result.code}:\n${result.stderr.trim().split("\n").slice(-15).join("\n")}`,
    );
  }
  return result;
}
