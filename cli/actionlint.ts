import type { GoProgram } from "../toolchain/goBuild";
import { ensureGoTool } from "./goTool";

const actionlint: GoProgram = {
  name: "actionlint",
  module: "github.com/rhysd/actionlint",
  version: "v1.7.12",
  package: "github.com/rhysd/actionlint/cmd/actionlint",
  minutes: 1,
};

/** The checker of workflows, built from its Go module once. @returns `undefined`, and says why, where it can't be had */
export async function ensureActionlint(): Promise<string | undefined> {
  try {
    return await ensureGoTool(actionlint, (line) => console.log(`  ${line}`));
  } catch (error) {
    console.log(
      `  NOT CHECKED: the workflows. actionlint can't be had: ${error instanceof Error ? error.message : String(error)}`,
    );
    return undefined;
  }
}
