import { Command } from "commander";
import { tellingFailedBoots } from "./failedBoots";
import { otherSite } from "./foundSite";
import { defaultLocal } from "./localLinode";
import { showProgress } from "./progress";
import { configure, deploy, describe, prepare, type Rehearsed } from "./rehearse";
import { probe } from "./site/probe/probe";
import { targetOf } from "./site/probe/target";
import { reasonOf } from "./site/diagnostics";
import { Site } from "./site/site";
import { report, verdictOf } from "./site/status/report";

/**
 * `npm start`: everything is set up, production stands on the local Linode, the URL is printed. Again: an update.
 * With TRINODE_SITE, a zip or a directory, it is that site that stands there.
 */
async function main({ prepare: only = false }: { prepare?: boolean }): Promise<void> {
  const begun = Date.now();
  console.log("trinode: your production, rehearsed on this machine. npm stop takes it down again.");
  const other = process.env.TRINODE_SITE;
  const plan = {
    local: defaultLocal,
    stack: "local",
    original: "Pulumi.prod.yaml",
    configFile: "Pulumi.local.yaml",
    ...(other && { overrides: await otherSite(other) }),
  };

  step("Pulumi, the local Linode and the site's archive");
  await prepare(plan.local);

  step(`the stack "${plan.stack}": ${plan.original}, with local names and keys`);
  const stack = await configure(plan);
  if (only) return;

  step("pulumi up");
  const say = (line: string) => console.log(`  ${line}`);
  await tellingFailedBoots(stack.env, say, () => deploy(stack, showProgress)).catch((error: unknown) => {
    throw new Error(`pulumi up failed.${reasonOf(error)}`);
  });

  step("a look from outside");
  const production = await describe(stack, plan.local);
  const verdict = await look(plan);
  summary(production, Math.round((Date.now() - begun) / 1000), other === undefined);
  if (verdict === "well") return;
  console.log("\nIt stands, and not all is as it should be: see the look from outside.");
  process.exitCode = 1;
}

/** Shows what is found from outside; returns how it stands. */
async function look({ stack, configFile }: { stack: string; configFile: string }): Promise<string> {
  const { config, servers } = await Site.open({ stack, configFile });
  const findings = await probe(targetOf(config, servers));
  console.log(report(findings));
  return verdictOf(findings);
}

function step(what: string): void {
  console.log(`\n--- ${what}`);
}

function summary({ url, addresses, domains }: Rehearsed, seconds: number, demo: boolean): void {
  console.log(`
${url} stands, after ${seconds} s.

  open it      add this line to /etc/hosts, and let your browser trust .local/ca.pem:
               ${addresses.web} ${domains.join(" ")}
  or           curl --cacert .local/ca.pem --resolve ${domains[0]}:443:${addresses.web} ${url}${demo ? "\n  sign in      demo, with the password demo-gamelenders" : ""}
  look inside  npm run local -- status
               source .local/env; pulumi stack; linode-cli linodes list
  change it    edit Pulumi.local.yaml or the site, then: npm start
  stop         npm stop`);
}

new Command("npm start --")
  .description("Sets everything up and stands your production up on this machine; again: updates it")
  .option("--prepare", "ends before pulumi up: Pulumi, the local Linode and the stack's configuration are there")
  .addHelpText("after", "\nTRINODE_SITE=../shop npm start: another site, a zip or a directory with a Django project")
  .action(main)
  .parseAsync()
  .catch((error: unknown) => {
    console.error(`\nnpm start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
