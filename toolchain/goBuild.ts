/** Programs built from their Go modules, where their archives cannot be had. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { CommandResult, tryCommand } from "./command";
import type { Go } from "./go";

export interface GoProgram {
  name: string;
  module: string;
  version: string;
  package: string;
  /** About how long it takes on two cores, for the person who waits. */
  minutes: number;
}

/** Where Pulumi's programs look for what version they are; Pulumi's own builds set it so, too. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/**
 * Builds a program into `folder`. Go keeps what it downloaded and compiled, so that an interrupted build goes on where it was.
 * A module of our own around it is needed: `go install` refuses modules that replace parts of themselves.
 */
export async function buildGoProgram(go: Go, program: GoProgram, folder: string, scratch: string): Promise<void> {
  const module = path.join(scratch, program.name);
  const part = path.join(folder, `.${program.name}.${process.pid}.part`);
  await mkdir(module, { recursive: true });
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(module, "go.mod"), `module local/${program.name}\n\ngo 1.21\n`);
  try {
    // The module by name, never the package: Go would look for a newer module that might hold it.
    await run(go, ["get", `${program.module}@${program.version}`], module);
    const flags = `-ldflags=-s -w -X ${VERSION_VARIABLE}=${program.version}`;
    await run(go, ["build", "-trimpath", flags, "-o", path.resolve(part), program.package], module);
    await rename(part, path.join(folder, program.name));
  } finally {
    await rm(part, { force: true });
  }
}

async function run({ file, env }: Go, args: string[], cwd: string): Promise<CommandResult> {
  const result = await tryCommand(file, args, { cwd, env });
  if (result === undefined) throw new Error("Go is missing.");
  if (result.code !== 0) {
    throw new Error(
      `go ${args.join(" ")} ended with code ${result.code}:\n${result.stderr.trim().split("\n").slice(-15).join("\n")}`,
    );
  }
  return result;
}
