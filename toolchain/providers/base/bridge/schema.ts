/**
 * Schemas of bridged Terraform resources, in Pulumi's names. Checks, diffs and previews follow from them as they do in
 * pulumi-terraform-bridge 3.111. Source: https://github.com/pulumi/pulumi-terraform-bridge/tree/v3.111.0/pkg
 */
import type { Value } from "..";

/**
 * Who says a field's value: `required` and `optional` the program alone, `computed` Linode alone, `either` the program or, where
 * it is silent, Linode.
 */
export type Role = "required" | "optional" | "computed" | "either";

export type Fields = Record<string, Field>;

export interface Field {
  type: "string" | "integer" | "boolean" | "list" | "set" | "object" | "map";
  role: Role;
  /** What a list or a set holds. */
  items?: Field;
  /** What an object holds. */
  fields?: Fields;
  /** Value for a program that is silent; goes into the inputs (SDK) or into the plan (framework). */
  default?: Value;
  /** What an update takes a program to mean that is silent, for a field that has no default. */
  absent?: Value;
  /** A change needs a new resource. */
  replace?: boolean;
  secret?: boolean;
  /** What of a program's value is kept in the state, e.g. a hash. */
  stored?: (value: string) => string;
  /** True if the two mean the same although they differ. */
  same?: (have: Value, want: Value) => boolean;
  /** What is wrong with a program's value, in a sentence; undefined if nothing is. */
  check?: (value: Value, terraformName: string) => string | undefined;
  /** False: an update may change it by itself, so previews of updates do not know it (framework). */
  stable?: boolean;
  /** False: left out of what an import proposes. */
  imported?: boolean;
}

type Options = Partial<Omit<Field, "type" | "role">>;

export const required = (type: Field["type"], options: Options = {}): Field => ({ type, role: "required", ...options });
export const optional = (type: Field["type"], options: Options = {}): Field => ({ type, role: "optional", ...options });
export const computed = (type: Field["type"], options: Options = {}): Field => ({ type, role: "computed", ...options });
export const either = (type: Field["type"], options: Options = {}): Field => ({ type, role: "either", ...options });

/** Which half of the Terraform provider a resource is in; the two keep their states and tell their diffs differently. */
export type Flavour = "sdk" | "framework";

/** Terraform's zero values, which it does not tell from absent ones. */
export function isZero(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return (
    typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length === 0
  );
}

/** True if a change of the field, or of anything in it, needs a new resource. */
export function replaces(field: Field): boolean {
  if (field.replace === true) return true;
  if (field.items !== undefined && replaces(field.items)) return true;
  return Object.values(field.fields ?? {}).some(replaces);
}

/** Terraform's name of a field, for messages: `inboundPolicy` → `inbound_policy`. */
export function terraformName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/(\D)11$/, "$1_1_1");
}

/** One of a few values, as Terraform's validators say it. */
export const oneOf = (allowed: readonly string[]) => (value: Value, name: string) =>
  typeof value !== "string" || allowed.includes(value)
    ? undefined
    : `expected ${name} to be one of [${allowed.map((item) => JSON.stringify(item)).join(" ")}], got ${value}`;

/** `oneOf` in the framework's words. */
export const matches = (allowed: readonly string[]) => (value: Value, name: string) =>
  typeof value !== "string" || allowed.includes(value)
    ? undefined
    : `Invalid Attribute Value Match. Attribute ${name} value must be one of: [${allowed.map((item) => JSON.stringify(item)).join(" ")}], got: ${JSON.stringify(value)}`;

/** A text's length in the framework's words. */
export const sizeBetween = (least: number, most: number) => (value: Value, name: string) =>
  typeof value !== "string" || (value.length >= least && value.length <= most)
    ? undefined
    : `Invalid Attribute Value Length. Attribute ${name} string length must be between ${least} and ${most}, got: ${value.length}`;

/** A text's length in bytes, as Terraform's validators say it. */
export const lengthBetween = (least: number, most: number) => (value: Value, name: string) =>
  typeof value !== "string" || (Buffer.byteLength(value) >= least && Buffer.byteLength(value) <= most)
    ? undefined
    : `expected length of ${name} to be in the range (${least} - ${most}), got ${value}`;

/** True if two texts differ in the case of letters at most. */
export const sameLetters = (have: Value, want: Value) =>
  typeof have === "string" && typeof want === "string" && have.toLowerCase() === want.toLowerCase();

/** A value of a set as text, to order by. */
export const asText = (value: Value) => (typeof value === "string" ? value : JSON.stringify(value));
