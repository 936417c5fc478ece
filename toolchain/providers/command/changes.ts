/**
 * Differences between two sets of inputs as the official provider finds them: marks count, so that a value which
 * becomes secret has changed, and an unknown secret counts as the same.
 * Source: https://github.com/pulumi/pulumi/blob/sdk/v3.224.0/sdk/go/common/resource/properties_diff.go
 */
import type { Change, ChangeKind, Diff } from "../base/diff";
import { pathOf } from "../base/diff";
import {
  Archive,
  Asset,
  equal,
  isObject,
  isUnknown,
  Properties,
  ResourceReference,
  Secret,
  Value,
} from "../base/values";
import type { ObjectShape } from "./shapes";

export interface ChangeOptions {
  shape: ObjectShape;
  /** True if any change replaces the resource. */
  replaceAlways?: boolean;
}

/** What `news` changes of `olds`, and what of it replaces the resource. */
export function inputChanges(olds: Properties, news: Properties, options: ChangeOptions): Diff {
  const changes: Record<string, Change> = {};
  compareObjects("", olds, withoutInternals(news), (path, kind) => {
    // A change inside of `triggers` is left to the engine: the SDK asks for it with replaceOnChanges.
    const replace = options.replaceAlways === true || options.shape.fields[path]?.replace === true;
    changes[path] = { kind, replace };
  });
  return { changes };
}

function withoutInternals(news: Properties): Properties {
  const kept = Object.entries(news).filter(([name]) => name !== "version" && !name.startsWith("__"));
  return Object.fromEntries(kept);
}

type Report = (path: string, kind: ChangeKind) => void;

function compareObjects(path: string, olds: Properties, news: Properties, report: Report): void {
  for (const name of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const old = olds[name];
    const now = news[name];
    const here = pathOf(path, name);
    if (!(name in news)) {
      if (hasValue(old)) report(here, "delete");
    } else if (!(name in olds)) {
      if (hasValue(now)) report(here, "add");
    } else if (!isUnknownSecret(now)) compare(here, old ?? null, now ?? null, report);
  }
}

function compare(path: string, old: Value, now: Value, report: Report): void {
  if (Array.isArray(old) && Array.isArray(now)) return compareLists(path, old, now, report);
  if (isObject(old) && isObject(now)) return compareObjects(path, old, now, report);
  if (sameMarked(old, now)) return;
  report(path, !hasValue(old) ? "add" : !hasValue(now) ? "delete" : "update");
}

function compareLists(path: string, old: Value[], now: Value[], report: Report): void {
  for (let index = 0; index < Math.max(old.length, now.length); index++) {
    const here = `${path}[${index}]`;
    if (index >= old.length) report(here, "add");
    else if (index >= now.length) report(here, "delete");
    else compare(here, old[index] ?? null, now[index] ?? null, report);
  }
}

function hasValue(value: Value | undefined): boolean {
  return value !== undefined && value !== null && !isUnknownSecret(value);
}

function isUnknownSecret(value: Value | undefined): boolean {
  if (!(value instanceof Secret)) return false;
  return isUnknown(value.value) || isUnknownSecret(value.value);
}

/** Deep equality that takes a secret and the same value in the open for different. */
export function sameMarked(left: Value | undefined, right: Value | undefined): boolean {
  if (left instanceof Secret || right instanceof Secret) {
    return left instanceof Secret && right instanceof Secret && sameMarked(left.value, right.value);
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => sameMarked(item, right[index]));
  }
  if (isObject(left) && isObject(right)) {
    const names = [...new Set([...Object.keys(left), ...Object.keys(right)])];
    return names.every((name) => sameMarked(left[name] ?? null, right[name] ?? null));
  }
  if (left instanceof ResourceReference && right instanceof ResourceReference) {
    return left.urn === right.urn && sameMarked(left.id, right.id);
  }
  if (left instanceof Asset || left instanceof Archive) return equal(left, right);
  return left === right && !isUnknown(left);
}
