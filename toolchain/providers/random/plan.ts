import type { Change, Diff } from "../base/diff";
import { CheckFailure } from "../base/provider";
import { equal, hasUnknown, isObject, isUnknown, Properties, Value } from "../base/values";

/** The provider has no configuration. */
export type Nothing = undefined;

/** How the state differs from what is planned; everything replaces but keepers that say nothing yet. */
export function planDiff(outputs: Properties, planned: Properties, names: readonly string[]): Diff {
  const changes: Record<string, Change> = {};
  for (const name of names) {
    const old: Value | undefined = outputs[name] ?? undefined;
    const now: Value | undefined = planned[name] ?? undefined;
    if (old === undefined && now === undefined) continue;
    if (equal(old, now)) continue;
    const kind = old === undefined ? "add" : now === undefined ? "delete" : "update";
    changes[name] = { kind, replace: name !== "keepers" || keepersReplace(old, now), input: true };
  }
  return { changes };
}

/** Source: hashicorp/terraform-provider-random, internal/planmodifiers/map (RequiresReplaceIfValuesNotNull). */
function keepersReplace(old: Value | undefined, now: Value | undefined): boolean {
  if (isUnknown(now)) return isObject(old) && Object.keys(old).length > 0;
  if (old !== undefined) return true;
  return isObject(now) && Object.values(now).some((value) => value !== null);
}

/** @returns a failure in the official plugin's words unless a known whole number of at least 1 is there. */
export function checkCount(inputs: Properties, name: string, where: string, meaning: string): CheckFailure[] {
  const value = inputs[name] ?? undefined;
  if (value === undefined) return [{ property: "", reason: `Missing required property '${name}': ${meaning}` }];
  if (hasUnknown(value)) return [];
  const count = Number(value);
  const place = `Examine values at '${where}.${name}'.`;
  if (!Number.isInteger(count)) {
    return [
      { property: "", reason: `Configuration Read Error. ${JSON.stringify(value)} is not an integer.. ${place}` },
    ];
  }
  if (count >= 1) return [];
  const reason = `Invalid Attribute Value. Attribute ${name} value must be at least 1, got: ${count}. ${place}`;
  return [{ property: "", reason }];
}

/** Keepers as the state has them: texts, without nulls. */
export function keepersOf(inputs: Properties): Value | undefined {
  const keepers = inputs["keepers"] ?? undefined;
  if (!isObject(keepers)) return keepers;
  const known = Object.entries(keepers).filter(([, value]) => value !== null);
  return Object.fromEntries(
    known.map(([name, value]) => [name, typeof value === "number" || typeof value === "boolean" ? `${value}` : value]),
  );
}
