import { Site } from "../site";
import type { StackOptions } from "../stack";
import type { Finding } from "../status/finding";
import { probe } from "./probe";
import { targetOf } from "./target";

/** Looked at twice when it is not well: a process that has just been started may take its moment. */
export async function seen(options: StackOptions): Promise<Finding[]> {
  const { config, servers } = await Site.open(options);
  const first = await probe(targetOf(config, servers));
  if (first.every(({ state }) => state !== "unwell")) return first;
  await new Promise((resolve) => setTimeout(resolve, 5_000));
  return probe(targetOf(config, servers));
}

/** What is not well and was before: a deployment is not to blame for it. */
export function worseThan(before: Finding[], after: Finding[]): Finding[] {
  const known = new Set(before.filter(({ state }) => state === "unwell").map(({ name }) => name));
  return after.filter(({ state, name }) => state === "unwell" && !known.has(name));
}
