import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { findGo } from "../toolchain/go";
import { buildGoProgram, type GoProgram } from "../toolchain/goBuild";

/** Where a program is, once it is built. */
export function goToolFile({ name, version }: GoProgram): string {
  return resolve(".local", "tools", `${name}-${version}`, name);
}

/** A program that is built from its Go module, once; it is kept in `.local/tools`. @returns its file. @throws Error when it can't be had */
export async function ensureGoTool(program: GoProgram, say: (line: string) => void): Promise<string> {
  const file = goToolFile(program);
  if (existsSync(file)) return file;
  const scratch = mkdtempSync(join(tmpdir(), `trinode-${program.name}-`));
  try {
    const time = program.minutes === 1 ? "about a minute" : `about ${program.minutes} minutes`;
    say(`building ${program.name} ${program.version} from its Go module (${time})`);
    await buildGoProgram(await findGo(say), program, dirname(file), scratch);
    return file;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
