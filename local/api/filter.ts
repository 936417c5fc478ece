import { ApiError, invalid } from "./errors";

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Row = Record<string, unknown>;
type Filter = { [key: string]: Json };

const operators: Record<string, (value: unknown, wanted: Json) => boolean> = {
  "+eq": equals,
  "+neq": (value, wanted) => !equals(value, wanted),
  "+gt": (value, wanted) => compare(value, wanted) > 0,
  "+gte": (value, wanted) => compare(value, wanted) >= 0,
  "+lt": (value, wanted) => compare(value, wanted) < 0,
  "+lte": (value, wanted) => compare(value, wanted) <= 0,
  "+contains": contains,
};

/**
 * Applies the header `X-Filter` to a list. https://techdocs.akamai.com/linode-api/reference/filtering-and-sorting
 * @param fields that Linode lets this list be filtered on, dotted for inner ones. @throws ApiError for any other field
 */
export function filter<T extends object>(rows: T[], header: string | undefined, fields: readonly string[]): T[] {
  if (!header) return rows;
  const { "+order_by": orderBy, "+order": order, ...wanted } = parse(header);
  check(wanted, fields);
  const matches = matcher(wanted);
  const found = rows.filter((row) => matches(row as Row));
  if (order !== undefined && order !== "asc" && order !== "desc") throw refused("+order must be asc or desc");
  // Some clients send `+order` alone; Linode then keeps its own order.
  if (orderBy === undefined) return found;
  if (typeof orderBy !== "string" || !fields.includes(orderBy)) throw refused(`Cannot order by ${text(orderBy)}`);
  return sort(found, orderBy, order === "desc" ? -1 : 1);
}

function parse(header: string): Filter {
  let parsed: unknown;
  try {
    parsed = JSON.parse(header);
  } catch {
    throw refused("Invalid JSON");
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) throw refused("Must be a JSON object");
  return parsed as Filter;
}

function check(wanted: Filter, fields: readonly string[]): void {
  for (const [key, value] of Object.entries(wanted)) {
    if (key === "+and" || key === "+or") alternatives(value, key).forEach((one) => check(one, fields));
    else if (!fields.includes(key)) throw refused(`Cannot filter on ${key}`);
    else if (isObject(value))
      for (const operator of Object.keys(value)) {
        if (!(operator in operators)) throw refused(`${operator} is not a valid operator`);
      }
  }
}

/** Made once a request, as a list may have thousands of rows. */
function matcher(wanted: Filter): (row: Row) => boolean {
  const tests = Object.entries(wanted).map(([key, value]): ((row: Row) => boolean) => {
    if (key === "+and" || key === "+or") {
      const inner = alternatives(value, key).map(matcher);
      return key === "+and" ? (row) => inner.every((test) => test(row)) : (row) => inner.some((test) => test(row));
    }
    const path = key.split(".");
    if (!isObject(value)) return (row) => values(row, path).some((one) => equals(one, value));
    const operands = Object.entries(value).map(
      ([operator, operand]) => [operators[operator] ?? equals, operand] as const,
    );
    return (row) => {
      const found = values(row, path);
      return operands.every(([holds, operand]) => found.some((one) => holds(one, operand)));
    };
  });
  return (row) => tests.every((test) => test(row));
}

const idOf = (row: object): number => ("id" in row && typeof row.id === "number" ? row.id : 0);

/** Later rows first when the direction is down, also among equals: times have whole seconds only. */
function sort<T extends object>(rows: T[], field: string, direction: 1 | -1): T[] {
  const path = field.split(".");
  return rows
    .map((row, index) => ({ row, index, value: values(row as Row, path)[0] }))
    .sort((a, b) => direction * (compare(a.value, b.value) || idOf(a.row) - idOf(b.row) || a.index - b.index))
    .map(({ row }) => row);
}

/** What stands at a dotted path, through lists. */
function values(value: unknown, path: string[], at = 0): unknown[] {
  const key = path[at];
  if (key === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((one) => values(one, path, at));
  return isObject(value) ? values(value[key], path, at + 1) : [undefined];
}

function equals(value: unknown, wanted: Json): boolean {
  if (Array.isArray(value)) return value.some((one) => equals(one, wanted));
  if (typeof value === "string" && typeof wanted === "string") return value.toLowerCase() === wanted.toLowerCase();
  if (typeof value === "number" && typeof wanted === "string") return String(value) === wanted;
  return value === wanted || (value === undefined && wanted === null);
}

function contains(value: unknown, wanted: Json): boolean {
  if (Array.isArray(value)) return value.some((one) => contains(one, wanted));
  return typeof value === "string" && value.toLowerCase().includes(text(wanted).toLowerCase());
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [text(a), text(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function alternatives(value: Json | undefined, key: string): Filter[] {
  if (!Array.isArray(value) || !value.every(isObject)) throw refused(`${key} must be a list of objects`);
  return value;
}

function isObject(value: unknown): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value ?? ""));

const refused = (reason: string): ApiError => invalid(reason, "X-Filter");
