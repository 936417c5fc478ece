/** Names for what a program leaves without one: the resource's name, a dash and seven random digits. */
import { createHash } from "node:crypto";
import type { Properties } from "../base";

/** Fills in a name where the program gives none: the one from last time, if that was made up too. */
export function withName(
  field: string | undefined,
  inputs: Properties,
  resourceName: string,
  olds: Properties | undefined,
  seed: Uint8Array,
): { inputs: Properties; defaulted: string[] } {
  if (field === undefined || (inputs[field] ?? null) !== null) return { inputs, defaulted: [] };
  const madeUp = Array.isArray(olds?.__defaults) && olds.__defaults.includes(field);
  const name = madeUp && typeof olds?.[field] === "string" ? olds[field] : `${resourceName}-${digits(seed)}`;
  return { inputs: { ...inputs, [field]: name }, defaulted: [field] };
}

function digits(seed: Uint8Array): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, 7);
}
