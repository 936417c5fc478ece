import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { defaultLocal, localDown, localEnvironment } from "./localLinode";
import { showProgress } from "./progress";
import { pulumi } from "./pulumi";
import { CommandFailed } from "./run";

/** `npm stop`: the stack destroyed, the local Linode gone; what was downloaded and built is kept, unless `--all`. */
async function main({ all = false }: { all?: boolean }): Promise<void> {
  const local = defaultLocal;
  if (existsSync(join(local.directory, "env"))) {
    await destroyStack().catch((error: unknown) => {
      // Its machines go with the local Linode in any case.
      if (!(error instanceof CommandFailed)) throw error;
      console.error(`the stack could not be destroyed in order: ${error.message}`);
    });
    await localDown(local, "reset");
  }
  rmSync("Pulumi.local.yaml", { force: true });
  rmSync(join(local.directory, "state"), { force: true, recursive: true });
  if (all) rmSync(local.directory, { force: true, recursive: true });
  console.log(
    all
      ? "all of it is gone"
      : "all of it is gone; images and plugins are kept in .local (npm stop -- --all takes them too)",
  );
}

async function destroyStack(): Promise<void> {
  const stack = { name: "local", env: await localEnvironment(defaultLocal) };
  if (!existsSync("Pulumi.local.yaml")) return;
  await pulumi(stack, ["destroy", "--yes", "--skip-preview", "--suppress-outputs"], { each: showProgress });
  await pulumi(stack, ["stack", "rm", "--yes", "--preserve-config"]);
}

new Command("npm stop --")
  .description("Takes down what npm start has set up")
  .option("--all", "also what was downloaded and built")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`npm stop: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
