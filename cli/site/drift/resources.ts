import type { Preview, PreviewState, PreviewStep } from "../../../policy/previewed";
import { types } from "../../../policy/plan";
import { admissionsIn, withoutAdmissions } from "../admit/rules";
import { changesOf } from "../preview/changes";
import { tell } from "../preview/words";

/** A resource that is not as it was made, or not as the configuration wants it. */
export interface ResourceDifference {
  name: string;
  /** `changed` behind the program's back; `not deployed`: the configuration or the program has moved on since the last `up`. */
  kind: "changed" | "not deployed";
  /** What `pulumi up` would do about it, or that it would do nothing; Markdown. */
  text: string;
}

export interface Looked {
  differences: ResourceDifference[];
  /** Addresses that `./site admit` lets in at the moment. */
  admitted: string[];
}

/** Reads what `pulumi preview --refresh --show-sames --json` prints: of each resource what the state knows, what is there, and what is wanted. */
export function compareResources(preview: Preview): Looked {
  const known = new Map<string, PreviewState>();
  const steps: PreviewStep[] = [];
  const admitted: string[] = [];
  for (const step of preview.steps) {
    if (step.op === "refresh") {
      if (step.oldState) known.set(step.urn, step.oldState);
      continue;
    }
    if (step.oldState?.type === types.firewall) admitted.push(...admissionsIn(step.oldState.inputs ?? {}));
    steps.push(leavingAdmissions(step));
  }
  const undone = changesOf({ ...preview, steps }).map((change) => {
    const urn = change.after?.urn ?? change.before?.urn ?? "";
    const before = known.get(urn);
    // What was there and is gone, or is another than the state knows.
    const moved = before !== undefined && (!change.before || !sameInputs(before, change.before));
    const text = `pulumi up would: ${tell(change).text}`;
    return { name: change.name, kind: moved ? ("changed" as const) : ("not deployed" as const), text };
  });
  const kept = steps.filter(({ op }) => op === "same").flatMap((step) => keptChange(step, known.get(step.urn)));
  return { differences: [...undone, ...kept], admitted: [...new Set(admitted)] };
}

/** A firewall's step without what is there for a time only, and without the order of its tags: neither is a difference. */
function leavingAdmissions(step: PreviewStep): PreviewStep {
  const { oldState, newState, op } = step;
  if (oldState?.type !== types.firewall) return step;
  const inputs = withoutAdmissions(oldState.inputs ?? {});
  const tags = newState?.inputs?.tags;
  const before = { ...oldState, inputs: told({ tags }) === told({ tags: inputs.tags }) ? { ...inputs, tags } : inputs };
  const same = op === "update" && newState !== undefined && sameInputs(before, newState);
  return { ...step, oldState: before, ...(same && { op: "same" }) };
}

/** What was changed and `pulumi up` leaves as it is, because it is told to: e.g. a machine that was turned off. */
function keptChange({ urn, oldState, newState }: PreviewStep, known?: PreviewState): ResourceDifference[] {
  const found = oldState ?? newState;
  if (!known || !found || sameInputs(known, found)) return [];
  // What the provider says beside what was asked for is no difference.
  const names = Object.keys(known.inputs ?? {});
  const differing = names.filter(
    (name) => told({ [name]: known.inputs?.[name] }) !== told({ [name]: found.inputs?.[name] }),
  );
  if (differing.length === 0) return [];
  const text = `${differing.join(", ")} changed at Linode; pulumi up leaves that alone`;
  return [{ name: urn.split("::").pop() ?? "", kind: "changed", text }];
}

function sameInputs(one: PreviewState, other: PreviewState): boolean {
  return told(one.inputs ?? {}) === told(other.inputs ?? {});
}

/** As text that is the same for the same: without what Pulumi notes beside, what is empty, and the order of names and tags. */
function told(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (key.startsWith("__")) return undefined;
    if (item === "" || item === null || item === false || (Array.isArray(item) && item.length === 0)) return undefined;
    if (key === "tags" && Array.isArray(item)) return [...(item as string[])].sort();
    if (typeof item !== "object" || Array.isArray(item)) return item;
    return Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
