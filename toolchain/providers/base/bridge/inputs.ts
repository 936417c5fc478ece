/** What a program would have to say to get a given state: for refresh (the same things as before) and for import (all it can). */
import { equal, isObject, Properties, secret, Value } from "..";
import { Field, Fields, Flavour, isZero } from "./schema";

/** The old inputs with the values of today. */
export function refreshInputs(fields: Fields, state: Properties, old: Properties): Properties {
  const inputs: Properties = {};
  for (const name of Object.keys(old)) {
    const field = fields[name];
    if (field === undefined) continue;
    const value = refreshValue(field, state[name] ?? null, old[name] ?? null);
    if (value !== null || field.default !== undefined) inputs[name] = mark(field, value);
  }
  if (!Array.isArray(old.__defaults)) return inputs;
  const stillDefault = old.__defaults.filter((name) => {
    const field = typeof name === "string" ? fields[name] : undefined;
    return typeof name === "string" && equal(state[name], field?.default);
  });
  return { ...inputs, __defaults: stillDefault };
}

function refreshValue(field: Field, state: Value, old: Value): Value {
  if (Array.isArray(state) && Array.isArray(old) && field.items !== undefined) {
    const { items } = field;
    return state.map((item, index) => {
      const before = old[index];
      return before === undefined || !isObject(before)
        ? importValue(items, item, "sdk")
        : refreshValue(items, item, before);
    });
  }
  if (isObject(state) && isObject(old) && field.fields !== undefined) {
    return refreshInputs(field.fields, state, old) as Value;
  }
  return state;
}

/** Everything a program could say and Linode does not say by itself. */
export function importInputs(fields: Fields, state: Properties, flavour: Flavour): Properties {
  const inputs: Properties = flavour === "sdk" ? { __defaults: [] } : {};
  for (const [name, field] of Object.entries(fields)) {
    const value = state[name] ?? null;
    if (field.role === "computed" || field.imported === false) continue;
    // The framework keeps its defaults to itself: the bridge sees a value like any other.
    const byDefault = flavour === "sdk" ? field.default : undefined;
    if (value === null && byDefault !== undefined) inputs[name] = null;
    if (byDefault === undefined ? isZero(value) : value === null || equal(value, byDefault)) continue;
    const imported = importValue(field, value, flavour);
    if (!isEmptyObject(imported)) inputs[name] = mark(field, imported);
  }
  return inputs;
}

function importValue(field: Field, value: Value, flavour: Flavour): Value {
  if (Array.isArray(value) && field.items !== undefined) {
    const { items } = field;
    return value.map((item) => importValue(items, item, flavour));
  }
  return isObject(value) && field.fields !== undefined ? (importInputs(field.fields, value, flavour) as Value) : value;
}

/** An object of which nothing but `__defaults` is left. */
function isEmptyObject(value: Value): boolean {
  return isObject(value) && Object.keys(value).every((name) => name === "__defaults");
}

function mark(field: Field, value: Value): Value {
  return field.secret ? secret(value) : value;
}
