/** What a resource will look like: for previews, and for what an operation works with. */
import { isObject, isUnknown, Properties, unknown, Value } from "..";
import { asText, Field, Fields, Flavour, isZero } from "./schema";

/** Values after a create or (with `have`) an update, as far as they can be known before it. */
export function planState(
  fields: Fields,
  want: Properties,
  have: Properties | undefined,
  flavour: Flavour,
): Properties {
  const plan: Properties = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = planValue(field, want[name], have?.[name], have === undefined, flavour);
    if (value !== null || flavour === "sdk") plan[name] = value;
  }
  return plan;
}

function planValue(
  field: Field,
  want: Value | undefined,
  have: Value | undefined,
  creating: boolean,
  flavour: Flavour,
): Value {
  if (want !== undefined && want !== null) return planGiven(field, want, have, creating, flavour);
  if (field.default !== undefined && flavour === "framework") return field.default;
  if (field.absent !== undefined && !creating) return field.absent;
  if (field.role === "computed" || field.role === "either") {
    return creating || (flavour === "framework" && field.stable === false) ? unknown : (have ?? null);
  }
  if (flavour === "sdk" && have !== undefined && isZero(have)) return have;
  return field.type === "list" && field.items?.type === "object" ? [] : null;
}

function planGiven(field: Field, want: Value, have: Value | undefined, creating: boolean, flavour: Flavour): Value {
  if (isUnknown(want)) return unknown;
  if (typeof want === "string" && field.stored !== undefined) return field.stored(want);
  if (field.type !== "object" && field.same?.(have ?? null, want)) return have ?? null;
  if (Array.isArray(want) && field.items !== undefined) {
    const { items } = field;
    if (flavour === "sdk" && items.type !== "object" && want.some(isUnknown)) return unknown;
    const old = Array.isArray(have) ? have : [];
    const list = want.map((item, index) =>
      planGiven(items, item, old[index], creating || index >= old.length, flavour),
    );
    return field.type === "set" ? sorted(list) : list;
  }
  if (isObject(want) && field.fields !== undefined) {
    const old = isObject(have) ? have : undefined;
    return planState(field.fields, want, creating ? undefined : (old ?? undefined), flavour) as Value;
  }
  return want;
}

/** Sets stand in a state in order of their values. */
export function sorted(list: Value[]): Value[] {
  return [...list].sort((left, right) => {
    if (typeof left === "number" && typeof right === "number") return left - right;
    return asText(left) < asText(right) ? -1 : 1;
  });
}
