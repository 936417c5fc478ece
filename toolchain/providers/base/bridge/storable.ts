/** What the state of a half-made thing says of values that nobody knows yet, as Terraform's SDK leaves them. */
import { isObject, isUnknown, Properties, Value } from "../values";
import { Field, Fields } from "./schema";

/** Nothing at the top, and empty lists of plain values; inside of blocks, the zero values of their types. */
export function storable(fields: Fields, state: Properties): Properties {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      const field = fields[name];
      if (field === undefined || value === undefined) return [name, value];
      if (isUnknown(value)) return [name, isPlainList(field) ? [] : null];
      return [name, inside(field, value)];
    }),
  );
}

function inside(field: Field, value: Value): Value {
  if (Array.isArray(value) && field.items !== undefined) {
    const { items } = field;
    return value.map((item) => (isUnknown(item) ? zeroOf(items) : inside(items, item)));
  }
  if (!isObject(value) || field.fields === undefined) return value;
  return Object.fromEntries(
    Object.entries(field.fields).map(([name, member]) => {
      const found = value[name] ?? null;
      return [name, found === null || isUnknown(found) ? zeroOf(member) : inside(member, found)];
    }),
  );
}

function zeroOf({ type }: Field): Value {
  switch (type) {
    case "string":
      return "";
    case "integer":
      return 0;
    case "boolean":
      return false;
    default:
      return null;
  }
}

function isPlainList({ type, items }: Field): boolean {
  return (type === "list" || type === "set") && items?.type !== "object" && items !== undefined;
}
