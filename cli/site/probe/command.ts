import { InvalidArgumentError } from "commander";
import { exitCodeOf, report, verdictOf } from "../status/report";
import type { Verb } from "../verb";
import { lookAtBackups, mostHoursByDefault } from "./backupAge";
import { probe } from "./probe";
import { targetOf } from "./target";

/** `./site probe [--visitor]` */
export function probeCommand(verb: Verb): void {
  verb.parent
    .command("probe")
    .description(
      "looks at the site as the world does: certificate, protocols, headers, redirects, cookies, ports, answer",
    )
    .option("--visitor", "this machine is no operator's: ports 22 and 5432 must be closed to it, too")
    .option("--backup-hours <count>", "how old the newest backup may be", hours, mostHoursByDefault)
    .addHelpText(
      "after",
      "\nChanges nothing, and logs in for the age of the backups alone, where it may. Linode's own are not looked at. Exit codes: 0 all is well, 1 something is not.\nrelease, rollback, env and npm start end with it.",
    )
    .action(async ({ visitor, backupHours }: { visitor?: boolean; backupHours: number }) => {
      const site = await verb.site();
      const [outside, backups] = await Promise.all([
        probe(targetOf(site.config, site.servers), { ...(visitor && { visitor }) }),
        visitor ? [] : lookAtBackups(site, backupHours),
      ]);
      const findings = [...outside, ...backups];
      const verdict = verdictOf(findings);
      verb.print({ stack: site.stack.name, verdict, findings }, report(findings));
      process.exitCode = exitCodeOf(verdict);
    });
}

function hours(value: string): number {
  const count = Number(value);
  if (!(count > 0)) throw new InvalidArgumentError("Give a number of hours.");
  return count;
}
