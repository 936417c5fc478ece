import { type LinodeType, monthlyCost } from "../../../policy/cost";
import type { Plan, Violation } from "../../../policy/plan";
import { plannedBy } from "../../../policy/previewed";
import { brokenRules, rules } from "../../../policy/rules";
import { LinodeApi } from "../../linodeApi";
import { exitCodes } from "../failure";
import type { Verb } from "../verb";
import { previewOf } from "./preview";

/** `./site check` */
export function checkCommand(verb: Verb): void {
  verb.parent
    .command("check")
    .description("checks the configuration, and holds the rules of policy/ to what pulumi up would make of it")
    .addHelpText(
      "after",
      `\nThe rules:\n${rules.map(({ name, description }) => `  ${name}: ${description}`).join("\n")}\n\nTouches no server and changes nothing. Exit codes: 0 all is kept, 1 something is not, 2 there is no preview.`,
    )
    .action(async () => {
      const stack = await verb.stack();
      const { preview, errors } = await previewOf(stack);
      const types = await linodeTypes(process.env);
      const broken = errors.length > 0 ? [] : brokenRules(withCost(plannedBy(preview, "after"), types));
      verb.print({ stack: stack.name, errors, broken }, told(stack.name, errors, broken));
      process.exitCode = errors.length + broken.length === 0 ? exitCodes.well : exitCodes.failed;
    });
}

/** What Linode offers and what it costs. */
export function linodeTypes(env: NodeJS.ProcessEnv): Promise<LinodeType[]> {
  return new LinodeApi(env).find<LinodeType>("/linode/types", {});
}

export function withCost(plan: Plan, types: LinodeType[]): Plan {
  return { ...plan, monthlyCost: monthlyCost(plan, types) };
}

export function told(stack: string, errors: string[], broken: Violation[]): string {
  if (errors.length > 0)
    return `stack ${stack} can't be previewed, and its rules can't be checked:\n${errors.join("\n")}`;
  if (broken.length === 0) return `stack ${stack} keeps all ${rules.length} rules`;
  const lines = broken.map(({ rule, where, message }) => `  ${rule}: ${where}: ${message}`);
  return [
    `stack ${stack} breaks ${new Set(broken.map(({ rule }) => rule)).size} of ${rules.length} rules:`,
    ...lines,
  ].join("\n");
}
