import type { Plan, PlannedResource } from "./plan";

/** A resource's state as `pulumi preview --json` tells it; secrets are `[secret]`. */
export interface PreviewState {
  urn: string;
  type: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
  protect?: boolean;
}

export interface PreviewStep {
  op: string;
  urn: string;
  oldState?: PreviewState;
  newState?: PreviewState;
  diffReasons?: string[] | null;
  replaceReasons?: string[] | null;
  detailedDiff?: Record<string, { kind: string; inputDiff: boolean }> | null;
}

/** What `pulumi preview --json --show-sames` prints. */
export interface Preview {
  config: Record<string, string>;
  steps: PreviewStep[];
  diagnostics?: { severity: string; message: string; urn?: string }[];
}

/** The stack as it will be after a preview, or as it is before. */
export function plannedBy({ config, steps }: Preview, when: "before" | "after"): Plan {
  const states = steps.map(({ oldState, newState }) => (when === "before" ? oldState : newState));
  const resources = states.filter((state) => state !== undefined);
  // A replacement has several steps of one resource.
  const byUrn = new Map(resources.map((state) => [state.urn, state]));
  const values = trinodeConfig(config);
  const top = steps.find(({ urn }) => urn.includes("::pulumi:pulumi:Stack::"));
  return {
    site: String(values.site),
    stack: steps[0]?.urn.split(":")[2] ?? "",
    resources: [...byUrn.values()].map(planned),
    // Those that are there: a preview's JSON does not have those that will be.
    outputs: top?.oldState?.outputs ?? {},
    config: values,
  };
}

function planned({ urn, type, inputs = {}, protect = false }: PreviewState): PlannedResource {
  return { type, name: urn.split("::").pop() ?? "", inputs, protect };
}

/** Namespace `trinode`; structured values stand there as JSON. */
function trinodeConfig(config: Record<string, string>): Record<string, unknown> {
  const own = Object.entries(config).filter(([key]) => key.startsWith("trinode:"));
  return Object.fromEntries(own.map(([key, text]) => [key.slice("trinode:".length), parsed(text)]));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
