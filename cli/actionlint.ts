import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findGo } from "../toolchain/go";
import { buildGoProgram, type GoProgram } from "../toolchain/goBuild";

const actionlint: GoProgram = {
  name: "actionlint",
  module: "github.com/rhysd/actionlint",
  version: "v1.7.12",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  minutes: 1,
};

/** The checker of workflows, built from its Go module once. @returns `undefined`, and says why, where it can't be had */
export async function ensureActionlint(): Promise<string | undefined> {
  const folder = join(".local", "tools", `actionlint-${actionlint.version}`);
  const file = join(folder, actionlint.name);
  if (existsSync(file)) return file;
  const scratch = mkdtempSync(join(tmpdir(), "trinode-actionlint-"));
  try {
    console.log(`  building actionlint ${actionlint.version} from its Go module (about a minute)`);
    await buildGoProgram(await findGo(console.log), actionlint, folder, scratch);
    return file;
  } catch (error) {
    console.log(
      `  NOT CHECKED: the workflows. actionlint can't be had: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
