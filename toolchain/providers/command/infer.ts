/**
 * What pulumi-go-provider's `infer` does for the official provider, on which its checks, previews, diffs and secret marks rest.
 * Source: https://github.com/pulumi/pulumi-go-provider/tree/v1.3.0/infer
 */
import type { CheckFailure } from "../base/provider";
import {
  Archive,
  Asset,
  hasUnknown,
  isObject,
  isUnknown,
  Properties,
  ResourceReference,
  reveal,
  Secret,
  unknown,
  Value,
} from "../base/values";
import { sameMarked } from "./changes";
import { Field, ObjectShape, Shape, zeroOf } from "./shapes";

/** What is wrong with the values, one entry a field; empty if they fit. Unknown values fit everywhere. */
export function mismatches(values: Properties, shape: ObjectShape): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [name, field] of Object.entries(shape.fields)) {
    const value = reveal(values[name]) ?? undefined;
    if (value === undefined) {
      if (field.optional === true) continue;
      failures.push({ property: name, reason: `Missing required field '${name}' on '${shape.name}'` });
    } else failures.push(...mismatch(value, field.shape, name, shape.name));
  }
  for (const name of Object.keys(values)) {
    if (name in shape.fields) continue;
    failures.push({ property: name, reason: `Unrecognized field '${name}' on '${shape.name}'` });
  }
  return failures;
}

function mismatch(value: Value, shape: Shape, path: string, owner: string): CheckFailure[] {
  if (isUnknown(value) || shape.kind === "any" || shape.kind === "source") return [];
  if (shape.kind === "object" && isObject(value)) {
    const inner = mismatches(value, shape.object);
    if (inner.length === 0) return [];
    const property = `${owner.replace(/^.*\./, "")}.${path}`;
    return [{ property: path, reason: `An error occurred decoding '${property}': ${failureList(inner)}` }];
  }
  if (shape.kind === "list" && Array.isArray(value)) {
    return value.flatMap((item, index) =>
      item === null ? [] : mismatch(item, shape.item, `${path}[${index}]`, owner),
    );
  }
  if (shape.kind === "map" && isObject(value)) {
    return Object.entries(value).flatMap(([name, item]) =>
      item === null ? [] : mismatch(item, shape.item, `${path}[${name}] value`, owner),
    );
  }
  const [expected, got] = [goType(shape), goTypeOf(value)];
  if (expected === got || (shape.kind === "integer" && got === "float64")) return [];
  return [{ property: path, reason: `Field '${path}' on '${owner}' must be a '${expected}'; got '${got}' instead` }];
}

/** @throws Error listing everything, as the official provider words it, unless the values fit. */
export function mustFit(values: Properties, shape: ObjectShape, prefix = ""): void {
  const failures = mismatches(values, shape);
  if (failures.length > 0) throw new Error(prefix + failureList(failures));
}

function failureList(failures: CheckFailure[]): string {
  return `${failures.length} failures decoding:${failures.map((one) => `\n\t${one.property}: ${one.reason}`).join("")}`;
}

function goType(shape: Shape): string {
  switch (shape.kind) {
    case "number":
      return "float64";
    case "integer":
      return "int";
    case "boolean":
      return "bool";
    case "list":
      return `[]${goType(shape.item)}`;
    case "map":
      return `map[string]${goType(shape.item)}`;
    case "object":
      return shape.object.name;
    case "any":
      return "interface {}";
    default:
      return shape.kind;
  }
}

function goTypeOf(value: Value): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (isObject(value)) return "map[string]interface {}";
  if (typeof value === "number") return "float64";
  return typeof value === "boolean" ? "bool" : typeof value;
}

/**
 * The inputs as check answers them: defaults in place of what is missing, nulls left out, and secret what is always
 * secret. An unknown secret becomes an empty secret, as in the official provider.
 */
export function normalise(values: Properties, shape: ObjectShape): { [name: string]: Value } {
  const result: { [name: string]: Value } = {};
  for (const [name, field] of Object.entries(shape.fields)) {
    const value = values[name] ?? field.default;
    if (value === undefined) continue;
    result[name] = mark(normaliseValue(value, field.shape), field);
  }
  return result;
}

function normaliseValue(value: Value, shape: Shape): Value {
  if (value instanceof Secret) {
    const inner = flatten(value);
    return new Secret(isUnknown(inner) ? zeroOf(shape) : normaliseValue(inner, shape));
  }
  // So it is in the official provider: a resource as a trigger loses what it refers to, and never triggers.
  if (value instanceof ResourceReference) return {};
  if (shape.kind === "object" && isObject(value)) return normalise(value, shape.object);
  if (shape.kind === "integer" && typeof value === "number") return Math.trunc(value);
  const item: Shape = shape.kind === "list" || shape.kind === "map" ? shape.item : { kind: "any" };
  if (Array.isArray(value)) return value.map((one) => normaliseValue(one, item));
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== null);
  return Object.fromEntries(entries.map(([name, one]) => [name, normaliseValue(one, item)]));
}

/** What a secret, perhaps of a secret, holds. */
function flatten(value: Value): Value {
  return value instanceof Secret ? flatten(value.value) : value;
}

function mark(value: Value, field: Field): Value {
  return field.secret === true && !(value instanceof Secret) ? new Secret(value) : value;
}

/** The inputs with nothing changed but what is always secret marked so, for an answer that reports failures. */
export function hideSecrets(values: Properties, shape: ObjectShape): Properties {
  const result: Properties = {};
  for (const [name, value] of Object.entries(values)) {
    const field = shape.fields[name];
    if (field === undefined || value === undefined || value === null) result[name] = value;
    else result[name] = mark(hideInside(value, field.shape), field);
  }
  return result;
}

function hideInside(value: Value, shape: Shape): Value {
  if (value instanceof Secret) return new Secret(hideInside(flatten(value), shape));
  return shape.kind === "object" && isObject(value)
    ? (hideSecrets(value, shape.object) as { [name: string]: Value })
    : value;
}

/**
 * What outputs a preview shows: as in `infer`, whatever does not mirror an input may come out otherwise once an input
 * has changed.
 * @param old The state's values, undefined for a new resource.
 */
export function previewOutputs(
  outputs: Properties,
  inputs: Properties,
  old: Properties | undefined,
  shape: ObjectShape,
): Properties {
  const changed = old === undefined || Object.keys(shape.fields).some((name) => mayDiffer(inputs[name], old[name]));
  const present = Object.entries(outputs).filter(([, value]) => value !== undefined && value !== null) as [
    string,
    Value,
  ][];
  const entries = present.map(([name, value]): [string, Value] => {
    const mirrors = sameMarked(value, inputs[name]) && !hasFile(value);
    return [name, mirrors || !changed || hasUnknown(value) ? value : unknown];
  });
  return Object.fromEntries(entries);
}

/** An input that the state does not have counts as unchanged: `infer` looks at those it knows the old value of. */
function mayDiffer(now: Value | undefined, old: Value | undefined): boolean {
  if (now !== undefined && isUnknown(flatten(now))) return true;
  return old !== undefined && old !== null && !sameMarked(now ?? null, old);
}

function hasFile(value: Value): boolean {
  if (value instanceof Asset || value instanceof Archive) return true;
  if (value instanceof Secret) return hasFile(value.value);
  if (Array.isArray(value)) return value.some(hasFile);
  return isObject(value) && Object.values(value).some(hasFile);
}
