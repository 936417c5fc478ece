import type { Plan, Rule, Violation } from "./plan";
import { backupsKept } from "./rules/backupsKept";
import { costCeiling } from "./rules/costCeiling";
import { dataProtected } from "./rules/dataProtected";
import { firewallOfEachLinode, nothingElseOpen, operatorsAreFew } from "./rules/firewalls";
import { imageSupported } from "./rules/imageSupported";
import { labelsByConvention } from "./rules/labelsByConvention";
import { noPlainSecret } from "./rules/noPlainSecret";

/** Every rule, in the order in which broken ones are told. One source: for the tests, `./site check`, previews and the policy pack. */
export const rules: Rule[] = [
  nothingElseOpen,
  firewallOfEachLinode,
  operatorsAreFew,
  dataProtected,
  backupsKept,
  noPlainSecret,
  imageSupported,
  labelsByConvention,
  costCeiling,
];

/** What a stack breaks. */
export function brokenRules(plan: Plan): Violation[] {
  return rules.flatMap((rule) => broken(rule, plan));
}

export function broken({ name, check }: Rule, plan: Plan): Violation[] {
  return check(plan).map(([where, message]) => ({ rule: name, where, message }));
}
