/**
 * Property values of Pulumi's resource model as a provider's code sees them: plain JavaScript values, plus the few kinds that
 * JSON does not have.
 * Source: https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/properties.go
 */
import { createHash } from "node:crypto";

/** A value that is not known yet, because what it depends on is only created later. Occurs in check, diff and previews. */
export const unknown: unique symbol = Symbol("unknown");

/** A value that is encrypted in the state and hidden on the screen. */
export class Secret {
  constructor(readonly value: Value) {}
}

/** One file's content: exactly one of the three is set. */
export class Asset {
  constructor(
    readonly source: { text: string } | { path: string } | { uri: string },
    /** SHA-256 of the content in hex; empty if the engine did not give it. */
    readonly hash = "text" in source ? createHash("sha256").update(source.text).digest("hex") : "",
  ) {}
}

/** Several files: named assets, or a folder or an archive file by path or address. */
export class Archive {
  constructor(
    readonly source: { assets: Record<string, Asset | Archive> } | { path: string } | { uri: string },
    /** SHA-256 as the engine computes it; empty if it did not give it. */
    readonly hash = "",
  ) {}
}

/** A reference to another resource. */
export class ResourceReference {
  constructor(
    readonly urn: string,
    readonly id: Value,
    readonly packageVersion = "",
  ) {}
}

export type Value =
  | null
  | boolean
  | number
  | string
  | typeof unknown
  | Secret
  | Asset
  | Archive
  | ResourceReference
  | Value[]
  | { [name: string]: Value };

/** What a resource or a function takes and gives, by property name. `undefined` is the same as absent. */
export type Properties = Record<string, Value | undefined>;

export function isUnknown(value: unknown): value is typeof unknown {
  return value === unknown;
}

/** True for `{...}`, false for arrays, assets and the other special kinds. */
export function isObject(value: unknown): value is { [name: string]: Value } {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** True if the value is unknown or holds something unknown at any depth. */
export function hasUnknown(value: Value | undefined): boolean {
  if (isUnknown(value)) return true;
  if (value instanceof Secret) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return isObject(value) && Object.values(value).some(hasUnknown);
}

/** True if the value is a secret or holds one at any depth. */
export function hasSecret(value: Value | undefined): boolean {
  if (value instanceof Secret) return true;
  if (Array.isArray(value)) return value.some(hasSecret);
  return isObject(value) && Object.values(value).some(hasSecret);
}

/** The same value without secret marks, at any depth. */
export function reveal(value: Value): Value;
export function reveal(value: Value | undefined): Value | undefined;
export function reveal(value: Value | undefined): Value | undefined {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map((item) => reveal(item));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, reveal(item)]));
}

/** `reveal` for properties. */
export function revealAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, reveal(value)]));
}

/** Marks a value as secret, once. */
export function secret(value: Value): Secret {
  return value instanceof Secret ? value : new Secret(value);
}

/** Deep equality. An unknown value equals nothing, not even itself; an absent property equals nothing but an absent one. */
export function equal(left: Value | undefined, right: Value | undefined): boolean {
  if (isUnknown(left) || isUnknown(right)) return false;
  if (left instanceof Secret || right instanceof Secret) return equal(reveal(left), reveal(right));
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index]));
  }
  if (left instanceof Asset && right instanceof Asset) return sameContent(left, right);
  if (left instanceof Archive && right instanceof Archive) return sameContent(left, right);
  if (isObject(left) && isObject(right)) {
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => equal(left[name], right[name]));
  }
  return left === right;
}

function sameContent(left: Asset | Archive, right: Asset | Archive): boolean {
  if (left.hash !== "" && right.hash !== "") return left.hash === right.hash;
  return JSON.stringify(left.source) === JSON.stringify(right.source);
}
