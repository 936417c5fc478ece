/** Differences between two sets of properties, by path, as the engine wants to hear them. */
import { equal, isObject, isUnknown, Properties, Value } from "./values";

export type ChangeKind = "add" | "delete" | "update";

export interface Change {
  kind: ChangeKind;
  /** True if this change needs a new resource. */
  replace?: boolean;
  /** True if the path is one of the inputs rather than of the outputs. */
  input?: boolean;
}

export interface Diff {
  /** By property path: `label`, `tags[0]`, `metadatas[0].userData`. Empty: nothing differs. */
  changes: Record<string, Change>;
  /** Says so although `changes` alone would not: an update without a visible change. */
  force?: boolean;
  /** False: only the top-level names are told, and the engine looks for the places itself. */
  detailed?: boolean;
  deleteBeforeReplace?: boolean;
  /** Outputs that an update certainly leaves alone. */
  stables?: string[];
}

export interface DiffOptions {
  /** Top-level names whose change replaces the resource. */
  replaceOn?: readonly string[];
  /** Names to leave out, at the top level. */
  ignore?: readonly string[];
  /** Compare only these, at the top level. */
  only?: readonly string[];
}

/** Compares inputs with inputs: what was added, removed and changed, by path, at the deepest place that differs. */
export function diffProperties(olds: Properties, news: Properties, options: DiffOptions = {}): Diff {
  const changes: Record<string, Change> = {};
  const names = options.only ?? [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  for (const name of names) {
    if (name.startsWith("__") || options.ignore?.includes(name)) continue;
    const replace = options.replaceOn?.includes(name) ?? false;
    collect(pathOf("", name), olds[name], news[name], (path, kind) => (changes[path] = { kind, replace, input: true }));
  }
  return { changes };
}

/** Walks two values side by side and reports each difference. `null` counts as absent. */
export function collect(
  path: string,
  old: Value | undefined,
  now: Value | undefined,
  report: (path: string, kind: ChangeKind) => void,
): void {
  const before = old ?? undefined;
  const after = now ?? undefined;
  if (before === undefined && after === undefined) return;
  if (before === undefined) return report(path, "add");
  if (after === undefined) return report(path, "delete");
  if (isUnknown(after)) return report(path, "update");
  if (Array.isArray(before) && Array.isArray(after)) {
    for (let index = 0; index < Math.max(before.length, after.length); index++) {
      collect(`${path}[${index}]`, before[index], after[index], report);
    }
    return;
  }
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      if (!name.startsWith("__")) collect(pathOf(path, name), before[name], after[name], report);
    }
    return;
  }
  if (!equal(before, after)) report(path, "update");
}

/** `a.b`, or `a["b.c"]` where a plain name would be misread. */
export function pathOf(parent: string, name: string): string {
  if (/[.[\]"]/.test(name)) return `${parent}[${JSON.stringify(name)}]`;
  return parent === "" ? name : `${parent}.${name}`;
}
