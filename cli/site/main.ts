import { dirname, resolve } from "node:path";
import { Command, CommanderError } from "commander";
import { admitCommand } from "./admit/command";
import { checkCommand } from "./check/command";
import { backupCommand } from "./backup";
import { backupsCommand } from "./backups/command";
import { deployCommand } from "./deploy/command";
import { driftCommand } from "./drift/command";
import { destroyCommand } from "./destroy";
import { drillCommand } from "./drill";
import { envCommand } from "./env/command";
import { exitCodes, sentence, SiteError } from "./failure";
import { initCommand } from "./init";
import { logsCommand } from "./logs";
import { maintenanceCommand } from "./maintenance";
import { previewCommand } from "./preview/command";
import { pruneCommand } from "./prune";
import { probeCommand } from "./probe/command";
import { rebuildCommand } from "./rebuild/command";
import { releaseCommand } from "./release";
import { releasesCommand } from "./releases";
import { restoreCommand } from "./restore";
import { rollbackCommand } from "./rollback";
import { runCommand } from "./run";
import { shellCommand } from "./shell";
import { stagingCommand } from "./staging/command";
import { startCommand } from "./start";
import { stateCommand } from "./state/command";
import { statusCommand } from "./status/command";
import { stopCommand } from "./stop";
import { Verb } from "./verb";

/** Everything counts from the project's directory, wherever `./site` is called. */
const project = dirname(dirname(resolve(__dirname)));

function program(): Command {
  return new Command("site")
    .description("Looks after a site that pulumi up has made. `site VERB --help` says more about each verb.")
    .option("-s, --stack <name>", "the stack (default: the selected one)")
    .option("--config-file <file>", "the stack's configuration (default: Pulumi.<stack>.yaml)")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, or well; 1 failed, or not well; 2 nothing can be said (no such stack, a server that does not answer);\n64 the command line makes no sense. run and shell: those of what they run.",
    )
    .showHelpAfterError("See: ./site --help")
    .exitOverride();
}

async function main(args: string[]): Promise<void> {
  const from = process.cwd();
  process.chdir(project);
  const site = program();
  const verb = new Verb(site, from);
  for (const add of [
    statusCommand,
    probeCommand,
    checkCommand,
    previewCommand,
    driftCommand,
    deployCommand,
    releaseCommand,
    rollbackCommand,
    releasesCommand,
    envCommand,
    runCommand,
    shellCommand,
    logsCommand,
    maintenanceCommand,
    initCommand,
    backupCommand,
    backupsCommand,
    drillCommand,
    pruneCommand,
    restoreCommand,
    rebuildCommand,
    destroyCommand,
    stagingCommand,
    startCommand,
    stopCommand,
    stateCommand,
    admitCommand,
  ])
    add(verb);
  await site.parseAsync(args, { from: "user" });
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (error instanceof CommanderError) {
    // Commander has said it already.
    process.exitCode = error.exitCode === 0 ? 0 : exitCodes.usage;
    return;
  }
  process.stderr.write(`./site: ${sentence(error)}\n`);
  process.exitCode = error instanceof SiteError ? error.code : exitCodes.failed;
});
