/** What differs between a state and the wanted inputs, as Terraform's plan would see it. */
import { Change, ChangeKind, Diff, equal, hasUnknown, isObject, isUnknown, Properties, Value } from "..";
import { Field, Fields, Flavour, isZero, replaces } from "./schema";

/** Compares a state with inputs. `ignored`: top-level names whose changes do not count. */
export function diffState(
  fields: Fields,
  have: Properties,
  want: Properties,
  flavour: Flavour,
  ignored: readonly string[] = [],
): Diff {
  const changes: Record<string, Change> = {};
  for (const [name, field] of Object.entries(fields)) {
    if (ignored.includes(name)) continue;
    if (flavour === "sdk" && have[name] === null && isComputedBlock(field)) report(changes, name, "add", false);
    compare(name, field, have[name], want[name], (path, kind, replace) => report(changes, path, kind, replace));
  }
  if (flavour === "framework" && Object.keys(changes).length > 0) {
    for (const [name, field] of Object.entries(fields)) {
      if (field.stable === false) changes[name] ??= { kind: "update" };
    }
  }
  return { changes, detailed: flavour === "sdk" };
}

/** What only Linode says of a thing; nothing is there yet when its creation was cut off. */
function isComputedBlock({ role, type, items }: Field): boolean {
  return role === "computed" && (type === "object" || items?.type === "object");
}

/** Top-level names that differ. */
export function changedFields(fields: Fields, have: Properties, want: Properties): ReadonlySet<string> {
  const { changes } = diffState(fields, have, want, "sdk");
  return new Set(Object.keys(changes).map((path) => path.split(/[.[]/)[0] ?? path));
}

type Report = (path: string, kind: ChangeKind, replace: boolean) => void;

/** A removal and an addition at the same place of a set are shown as one change. */
function report(changes: Record<string, Change>, path: string, kind: ChangeKind, replace: boolean): void {
  const before = changes[path];
  changes[path] = { kind: before === undefined || before.kind === kind ? kind : "update", replace };
}

function compare(path: string, field: Field, have: Value | undefined, want: Value | undefined, tell: Report): void {
  if (field.role === "computed" || field.same?.(have ?? null, want ?? null)) return;
  if (isUnknown(want)) return tell(path, isZero(have) ? "add" : "update", replaces(field));
  if (want === undefined || want === null) {
    const planned = field.default ?? field.absent;
    if (planned === undefined) {
      if (field.role !== "either" && !isZero(have)) tell(path, "delete", replaces(field));
      return;
    }
    want = planned;
  }
  if (field.type === "set") return compareSets(path, field, asList(have), asList(want), tell);
  if (field.type === "list") return compareLists(path, field, asList(have), asList(want), tell);
  if (field.type === "object") return compareObjects(path, field, have, want, tell);
  const stored = field.stored !== undefined && typeof want === "string" ? field.stored(want) : want;
  if (!equal(have ?? null, stored)) tell(path, have === undefined || have === null ? "add" : "update", replaces(field));
}

function compareObjects(path: string, field: Field, have: Value | undefined, want: Value, tell: Report): void {
  if (!isObject(want)) return;
  if (!isObject(have)) return Object.keys(want).length > 0 ? tell(path, "add", replaces(field)) : undefined;
  for (const [name, inner] of Object.entries(field.fields ?? {})) {
    compare(`${path}.${name}`, inheriting(inner, field), have[name], want[name], tell);
  }
}

function compareLists(path: string, field: Field, have: Value[], want: Value[], tell: Report): void {
  const { items } = field;
  if (items === undefined || (have.length === 0 && want.length === 0)) return;
  if (have.length === 0) return tell(path, "add", replaces(field));
  if (want.length === 0) return tell(path, "delete", replaces(field));
  if (items.type !== "object" && want.some(hasUnknown)) return tell(path, "update", replaces(field));
  for (let index = 0; index < Math.max(have.length, want.length); index++) {
    const place = `${path}[${index}]`;
    if (index >= have.length) tell(place, "add", replaces(field));
    else if (index >= want.length) tell(place, "delete", replaces(field));
    else compare(place, inheriting(items, field), have[index], want[index], tell);
  }
}

function compareSets(path: string, field: Field, have: Value[], want: Value[], tell: Report): void {
  const same = field.items?.same ?? equal;
  const gone = have.filter((item) => !want.some((other) => same(item, other)));
  const come = want.filter((item) => !have.some((other) => same(other, item)));
  if (gone.length === 0 && come.length === 0) return;
  if (have.length === 0) return tell(path, "add", replaces(field));
  if (want.length === 0) return tell(path, "delete", replaces(field));
  if (want.some(hasUnknown)) return tell(path, "update", replaces(field));
  for (const item of gone) tell(`${path}[${have.indexOf(item)}]`, "delete", replaces(field));
  for (const item of come) tell(`${path}[${want.indexOf(item)}]`, "add", replaces(field));
}

/** A part of something that replaces replaces, too. */
function inheriting(inner: Field, outer: Field): Field {
  return outer.replace ? { ...inner, replace: true } : inner;
}

function asList(value: Value | undefined): Value[] {
  return Array.isArray(value) ? value : [];
}
