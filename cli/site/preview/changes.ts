import { types } from "../../../policy/plan";
import { holdsData } from "../../../policy/rules/dataProtected";
import type { Preview, PreviewState, PreviewStep } from "../../../policy/previewed";

export type Kind = "created" | "updated" | "replaced" | "deleted";

/** What a preview would do to one resource. */
export interface Change {
  kind: Kind;
  type: string;
  /** The last part of its URN, e.g. `web-instance`. */
  name: string;
  /** @default it is created */
  before?: PreviewState;
  /** @default it is deleted */
  after?: PreviewState;
  /** Inputs that differ, e.g. `type`, as far as they are no secrets. */
  differs: string[];
  /** Whether something is lost with it that can't be made again. */
  losesData: boolean;
  /** Whether the server that it is about refuses it: it holds data under the former name. */
  refused: boolean;
}

/** What changes, in the order in which the preview tells it; several steps of one resource are one change. */
export function changesOf({ steps }: Preview): Change[] {
  const byUrn = new Map<string, PreviewStep[]>();
  for (const step of steps) {
    // The stack and components only hold others together.
    const type = step.urn.split("::")[2]?.split("$").pop() ?? "";
    if (type === "pulumi:pulumi:Stack" || type.startsWith("trinode:")) continue;
    byUrn.set(step.urn, [...(byUrn.get(step.urn) ?? []), step]);
  }
  return [...byUrn.values()].flatMap((its) => {
    const kind = kindOf(its.map(({ op }) => op));
    return kind ? [change(kind, its)] : [];
  });
}

/** @returns `undefined` when nothing happens to it */
function kindOf(ops: string[]): Kind | undefined {
  const has = (...some: string[]) => ops.some((op) => some.includes(op));
  if (has("replace", "create-replacement", "delete-replaced", "import-replacement")) return "replaced";
  if (has("create", "import")) return "created";
  if (has("delete", "remove-pending-replace")) return "deleted";
  return has("update") ? "updated" : undefined;
}

function change(kind: Kind, steps: PreviewStep[]): Change {
  const before = steps.find(({ oldState }) => oldState)?.oldState;
  const after = kind === "deleted" ? undefined : steps.find(({ newState }) => newState)?.newState;
  const { urn = "", type = "" } = after ?? before ?? {};
  const name = urn.split("::").pop() ?? "";
  const named = steps.flatMap(({ detailedDiff }) =>
    Object.keys(detailedDiff ?? {}).map((path) => path.split(/[.[]/)[0] ?? ""),
  );
  // Without a word of the provider's, what differs is found by comparing; defaults differ there, too.
  const differs = named.length > 0 ? [...new Set(named)] : differing(before?.inputs ?? {}, after?.inputs ?? {});
  return {
    ...{ kind, type, name },
    ...(before && { before }),
    ...(after && { after }),
    differs,
    refused: kind === "updated" && renames({ type, differs }, before, after),
    losesData: (kind === "replaced" || kind === "deleted") && holdsData({ type, name }),
  };
}

function differing(before: Record<string, unknown>, after: Record<string, unknown>): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)].filter((name) => !name.startsWith("__")));
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name])).sort();
}

/** `trinode:database.name` and `trinode:site` are names that a server keeps to once it holds data. */
function renames(
  { type, differs }: Pick<Change, "type" | "differs">,
  before?: PreviewState,
  after?: PreviewState,
): boolean {
  if (type === types.database) return differs.includes("name");
  if (type !== types.instance || !holdsData({ type, name: after?.urn.split("::").pop() ?? "" })) return false;
  const site = (state?: PreviewState) =>
    ((state?.inputs?.tags ?? []) as string[]).find((tag) => tag.startsWith("site:"));
  return site(before) !== site(after);
}
