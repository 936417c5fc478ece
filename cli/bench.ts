import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { Figures } from "../bench/figures";
import { measureLocalLinode } from "../bench/localLinode";
import { writeFigures } from "../bench/measured";
import { measureProduction } from "../bench/production";
import { becomeRoot } from "../local/cli/privileges";
import { localDown, type LocalSettings } from "./localLinode";
import { prepare } from "./rehearse";

const local: LocalSettings = { directory: ".test/bench", port: 8416, slot: 16 };

/** `npm run bench`: measures on a local Linode of its own, and writes what was measured, also when something failed half-way. */
async function main(): Promise<void> {
  becomeRoot();
  // What an interrupted run has left.
  if (existsSync(local.directory)) await cleanUp();
  const figures = new Figures();
  try {
    console.log("\n--- Pulumi, the local Linode and the site's archive (not measured)");
    await prepare(local);
    console.log("\n--- the local Linode");
    const floor = await measureLocalLinode(local, figures);
    console.log("\n--- the production");
    const configFile = join(local.directory, "Pulumi.bench.yaml");
    await measureProduction({ local, stack: "bench", original: "Pulumi.prod.yaml", configFile }, floor, figures);
  } finally {
    await writeFigures(figures.tables());
    await cleanUp();
    console.log("\ndocs/measured.md has what was measured");
  }
}

async function cleanUp(): Promise<void> {
  await localDown(local, "reset");
  rmSync(local.directory, { recursive: true, force: true });
}

new Command("npm run bench --")
  .description(
    "Measures a whole production on a local Linode of its own (about ten minutes) and writes docs/measured.md",
  )
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`npm run bench: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
