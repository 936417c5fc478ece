import { randomBytes } from "node:crypto";
import type { Diff } from "../base/diff";
import type { CheckResult, Context, DiffContext, ReadContext, ReadResult } from "../base/provider";
import { isObject, Properties, revealAll, Value } from "../base/values";
import { inputChanges } from "./changes";
import { hideSecrets, mismatches, mustFit, normalise, previewOutputs } from "./infer";
import type { ObjectShape } from "./shapes";

/** The provider has no configuration, so nothing to hold. */
export type Nothing = undefined;

/** The values without marks and nulls, as the type that `mustFit` has made sure of. */
export function plain<T>(values: Properties): T {
  return withoutNulls(revealAll(values) as { [name: string]: Value }) as unknown as T;
}

function withoutNulls(value: Value): Value {
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(kept.map(([name, member]) => [name, withoutNulls(member)]));
}

/** Eight random hex digits after a prefix, as the official provider names things. */
export function newId(prefix = ""): string {
  return prefix + randomBytes(4).toString("hex");
}

export function checkInputs(inputs: Properties, shape: ObjectShape): CheckResult {
  const failures = mismatches(inputs, shape);
  if (failures.length > 0) return { inputs: hideSecrets(inputs, shape), failures };
  return { inputs: normalise(inputs, shape) };
}

/** Compares inputs with inputs; `ignoreChanges` of top-level names takes the state's value. */
export function diffInputs(
  outputs: Properties,
  inputs: Properties,
  context: DiffContext<Nothing>,
  shape: ObjectShape,
  replaceAlways = false,
): Diff {
  const ignored = context.ignoreChanges.filter((name) => outputs[name] !== undefined);
  const news: Properties = { ...inputs };
  for (const name of ignored) news[name] = outputs[name];
  return inputChanges(context.oldInputs, news, { shape, replaceAlways });
}

/** There is nothing to look at: the state says what was. */
export async function readAsIs(
  outputs: Properties,
  inputs: Properties,
  _context: ReadContext<Nothing>,
  shape: ObjectShape,
): Promise<ReadResult<Properties>> {
  if (Object.keys(outputs).length > 0) mustFit(outputs, shape);
  return { outputs, inputs };
}

/** The inputs as outputs, with `fresh` (what a run would set) beside them. */
export function previewOf(
  inputs: Properties,
  old: Properties | undefined,
  fresh: Properties,
  shape: ObjectShape,
): Properties {
  mustFit(inputs, shape, old === undefined ? "invalid inputs: " : "");
  return previewOutputs({ ...inputs, ...fresh }, inputs, old, shape);
}

/** Aborts when the operation is cancelled, or after the resource's own time limit. */
export function limited(context: Context<Nothing>): AbortSignal {
  if (context.timeoutSeconds <= 0) return context.signal;
  return AbortSignal.any([context.signal, AbortSignal.timeout(context.timeoutSeconds * 1000)]);
}
