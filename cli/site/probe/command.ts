import { exitCodeOf, report, verdictOf } from "../status/report";
import type { Verb } from "../verb";
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
    .addHelpText(
      "after",
      "\nLogs in nowhere and changes nothing. Exit codes: 0 all is well, 1 something is not.\nrelease, rollback, env and npm start end with it.",
    )
    .action(async (options: { visitor?: boolean }) => {
      const { stack, config, servers } = await verb.site();
      const findings = await probe(targetOf(config, servers), options);
      const verdict = verdictOf(findings);
      verb.print({ stack: stack.name, verdict, findings }, report(findings));
      process.exitCode = exitCodeOf(verdict);
    });
}
