import { isAlive, underway } from "../killed";
import { isUnderWay, noted } from "../rebuild/note";
import type { SiteStack } from "../stack";
import type { Verb } from "../verb";
import type { Finding } from "./finding";
import { lookAtMachine } from "./machines";
import { lookFromOutside } from "./outside";
import { exitCodeOf, report, verdictOf } from "./report";

/** `./site status` */
export function statusCommand(verb: Verb): void {
  verb.parent
    .command("status")
    .description("looks at everything, from outside and on each server, and says what to do about what is not well")
    .addHelpText("after", "\nExit codes: 0 all is well, 1 something is not, 2 something could not be looked at.")
    .action(async () => {
      const site = await verb.site();
      const looks = [lookFromOutside(site), ...site.servers.map((server) => lookAtMachine(site, server))];
      const findings = [...lookAtStack(site.stack), ...(await Promise.all(looks)).flat()];
      const verdict = verdictOf(findings);
      verb.print({ stack: site.stack.name, verdict, findings }, report(findings));
      process.exitCode = exitCodeOf(verdict);
    });
}

function lookAtStack(stack: SiteStack): Finding[] {
  return [...lookAtChange(stack), ...lookAtRebuild(stack)];
}

function lookAtRebuild(stack: SiteStack): Finding[] {
  const rebuild = noted(stack);
  if (rebuild === undefined) return [];
  const what = `./site rebuild ${rebuild.name}`;
  const finding: Finding = { where: "stack", name: "rebuild", state: "fact", text: `${what} is under way` };
  if (isUnderWay(rebuild)) return [finding];
  const text = `${what} is not done: the site may be held, and what is on the former machine is not all back yet`;
  return [{ ...finding, state: "unwell", text, remedy: `Before all else, go on: ${what}; or back: ${what} --back` }];
}

function lookAtChange(stack: SiteStack): Finding[] {
  const name: Finding = { where: "stack", name: "name", state: "fact", text: `${stack.name} (${stack.configFile})` };
  const killed = underway(stack);
  if (killed === undefined) return [name];
  if (isAlive(killed)) return [name, { ...name, name: "change", text: `./site ${killed.what} is under way` }];
  const text = `./site ${killed.what} was killed: what serves may differ from the configuration`;
  return [
    name,
    {
      where: "stack",
      name: "change",
      state: "unwell",
      text,
      remedy: `Do it again: ./site ${killed.what}`,
    },
  ];
}
