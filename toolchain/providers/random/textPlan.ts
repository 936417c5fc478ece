/** What RandomPassword and RandomString have in common. */
import { CheckResult } from "../base/provider";
import { hasUnknown, Properties, Value } from "../base/values";
import { CharacterRule, randomText } from "./characters";
import { checkCount, keepersOf } from "./plan";

const kinds = ["special", "upper", "lower"] as const;
const minimums = ["minUpper", "minLower", "minNumeric", "minSpecial"] as const;

/** Everything that decides about the text, in the state's names. */
export const textNames = ["length", ...kinds, "number", "numeric", ...minimums, "overrideSpecial", "keepers"] as const;

export const optionalTextNames = ["keepers", "overrideSpecial"];

const lengthMeaning =
  "The length of the string desired. The minimum value for length is 1 and, length must also be " +
  ">= (`min_upper` + `min_lower` + `min_numeric` + `min_special`).";

/** @param where The resource's name, for messages. */
export function checkText(inputs: Properties, where: string): CheckResult {
  const failures = checkCount(inputs, "length", where, lengthMeaning);
  if (failures.length > 0) return { inputs, failures };
  const needed = minimums.map((name) => inputs[name] ?? 0);
  const values = [inputs["length"] as Value, ...needed];
  if (!values.some(hasUnknown) && Number(values[0]) < sum(needed)) {
    const reason =
      "Invalid Attribute Value. Attribute length value must be at least sum of " +
      `min_upper + min_lower + min_numeric + min_special, got: ${Number(values[0])}. Examine values at '${where}.length'.`;
    failures.push({ property: "", reason });
  }
  for (const name of ["number", "numeric"] as const) {
    if (![...kinds, name].every((kind) => inputs[kind] === false)) continue;
    const reason =
      `Invalid Attribute Combination. At least one attribute out of [special,upper,lower,${name}] must be specified as true. ` +
      `Examine values at '${where}.${name}'.`;
    failures.push({ property: "", reason });
  }
  return { inputs, failures };
}

function sum(values: Value[]): number {
  return values.reduce((total: number, value) => total + Number(value), 0);
}

/**
 * The inputs with defaults in place: every kind of character, no minimum. `number` is the old name of `numeric`.
 * @throws Error if the two are given and differ.
 */
export function planText(inputs: Properties): Properties {
  const { number = null, numeric = null } = inputs;
  if (number !== null && numeric !== null && number !== numeric) {
    throw new Error(
      "Number and numeric are both configured with different values: Number is deprecated, use numeric instead",
    );
  }
  const digits = numeric ?? number ?? true;
  const planned: Properties = { length: numberOf(inputs["length"]), number: digits, numeric: digits };
  for (const kind of kinds) planned[kind] = inputs[kind] ?? true;
  for (const minimum of minimums) planned[minimum] = numberOf(inputs[minimum]) ?? 0;
  planned["overrideSpecial"] = inputs["overrideSpecial"] ?? undefined;
  planned["keepers"] = keepersOf(inputs);
  return planned;
}

function numberOf(value: Value | undefined): Value | undefined {
  return typeof value === "string" ? Number(value) : (value ?? undefined);
}

/** @throws Error in the official plugin's words if no text fits the rules. */
export function generateText(planned: Properties): string {
  try {
    return randomText(planned as unknown as CharacterRule);
  } catch (error) {
    throw new Error(
      "Random Read Error: While attempting to generate a random value for this resource, a read error was generated.\n\n" +
        `Original Error: ${(error as Error).message}`,
    );
  }
}

/** What an imported text says of its rules: nothing but its length. */
export function importedText(text: string): { inputs: Properties; planned: Properties } {
  const on = { lower: true, number: true, numeric: true, special: true, upper: true };
  const inputs = { length: Array.from(text).length, ...on };
  return { inputs, planned: planText(inputs) };
}
