/**
 * States and inputs in the form of pulumi-terraform-bridge 3.136, whose states differ in details from those of 3.111: what has
 * no value is null in them, and a note (`__pulumi_raw_state_delta`) tells how to get Terraform's state back.
 * Source: https://github.com/pulumi/pulumi-terraform-bridge/tree/v3.136.0/pkg/tfbridge
 */
import { equal, isUnknown, Properties, secret, unknown, Value } from "../base";
import { Field, Fields, isZero } from "../base/bridge/schema";

/** What a create will give, as far as it can be known. An empty list is nothing then. */
export function planCreate(fields: Fields, want: Properties): Properties {
  return plan(fields, (name, field) => {
    const value = want[name] ?? field.default ?? field.absent;
    if (isEmptyList(value)) return null;
    return value ?? (decidedByServer(field) ? unknown : null);
  });
}

/** What an update will give. Terraform takes a zero, an empty list and nothing for the same, and keeps what it has. */
export function planUpdate(fields: Fields, want: Properties, have: Properties): Properties {
  return plan(fields, (name, field) => {
    const before = have[name] ?? null;
    const value = want[name] ?? field.default ?? field.absent ?? null;
    if (value !== null && !isEmptyList(value)) return value;
    if (decidedByServer(field) && value === null) return before;
    if (Array.isArray(before)) return [];
    return isZero(before) ? before : null;
  });
}

function plan(fields: Fields, valueOf: (name: string, field: Field) => Value): Properties {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, sortedIfSet(field, valueOf(name, field))]),
  );
}

function decidedByServer({ role }: Field): boolean {
  return role === "either" || role === "computed";
}

function sortedIfSet(field: Field, value: Value): Value {
  if (field.type !== "set" || !Array.isArray(value) || value.some(isUnknown)) return value;
  return sortedSet(value as string[]);
}

/** Sets stand in a state once each and in order. */
export function sortedSet(values: readonly string[]): string[] {
  return [...new Set(values)].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}

function isEmptyList(value: Value | undefined): boolean {
  return Array.isArray(value) && value.length === 0;
}

/**
 * What Terraform keeps of a list that turns out empty after a create or an update: what was planned; nothing where nothing was
 * before. A grant that changed nothing (PostgreSQL only warns) is so noticed by the next refresh, not at once.
 */
export function settle(state: Properties, plan: Properties, before: Properties): Properties {
  const kept = (name: string) => {
    if (Array.isArray(plan[name]) && !isEmptyList(plan[name])) return plan[name];
    return Array.isArray(before[name]) ? [] : null;
  };
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, isEmptyList(value) ? kept(name) : value]),
  );
}

/** What `present` needs to know of a resource. */
export interface Form {
  fields: Fields;
  renamed?: Readonly<Record<string, string>>;
  writeOnly?: readonly string[];
}

/** The state as the engine gets it: a value or null for each field, secrets marked, the note about Terraform's state. */
export function present(form: Form, state: Properties, id: Value, exists: boolean): Properties {
  const { fields, renamed, writeOnly = [] } = form;
  const values: Properties = {};
  for (const [name, field] of Object.entries(fields)) {
    values[name] = writeOnly.includes(name) ? null : sortedIfSet(field, state[name] ?? null);
  }
  const lists = Object.keys(fields).filter((name) => Array.isArray(values[name]));
  const delta = {
    ...(lists.length > 0 ? { ps: Object.fromEntries(lists.map((name) => [name, { arr: {} }])) } : {}),
    ...(renamed === undefined ? {} : { renamed: { ...renamed } }),
  };
  const outputs = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, marked(fields[name], value ?? null)]),
  );
  return { ...outputs, id, ...(exists ? { __pulumi_raw_state_delta: { obj: delta } } : {}) };
}

/** A state or a plan as values: undefined where there is none, or none yet. */
export function valuesOf<Values extends object>(fields: Fields, properties: Properties): Values {
  const entries = Object.keys(fields).map((name) => {
    const value = properties[name] ?? undefined;
    return [name, isUnknown(value) ? undefined : value];
  });
  return Object.fromEntries(entries) as Values;
}

/** The old inputs with the values of today. */
export function refreshInputs(fields: Fields, state: Properties, old: Properties): Properties {
  const inputs: Properties = {};
  for (const name of Object.keys(old)) {
    if (fields[name] !== undefined) inputs[name] = marked(fields[name], sortedIfSet(fields[name], state[name] ?? null));
  }
  const defaults = (Array.isArray(old.__defaults) ? old.__defaults : []).filter(
    (name) => typeof name === "string" && equal(state[name] ?? null, old[name] ?? null),
  );
  return defaults.length > 0 ? { ...inputs, __defaults: defaults } : inputs;
}

/** All that a program could say and that does not go without saying. */
export function importInputs(fields: Fields, state: Properties): Properties {
  const inputs: Properties = { __defaults: [] };
  for (const [name, field] of Object.entries(fields)) {
    const value = sortedIfSet(field, state[name] ?? null);
    const silent = field.default ?? field.absent;
    if (field.role === "computed") continue;
    if (value === null && silent !== undefined) inputs[name] = null;
    else if (!isZero(value) && !equal(value, silent)) inputs[name] = marked(field, value);
  }
  return inputs;
}

function marked(field: Field | undefined, value: Value): Value {
  return field?.secret ? secret(value) : value;
}
