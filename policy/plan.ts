/** A resource as a program wants it: from a preview, from a policy pack's arguments, or from a test's mocks. */
export interface PlannedResource {
  /** e.g. `linode:index/instance:Instance`. */
  type: string;
  /** The last part of its URN, e.g. `web-instance`. */
  name: string;
  inputs: Record<string, unknown>;
  /** Whether Pulumi refuses to delete it. */
  protect: boolean;
}

/** A stack as it is going to be: what all rules look at. */
export interface Plan {
  /** `trinode:site`. */
  site: string;
  stack: string;
  resources: PlannedResource[];
  /** The stack's outputs; a secret one is `[secret]`. @default unknown: not looked at */
  outputs?: Record<string, unknown>;
  /** Namespace `trinode` of the configuration. @default unknown: not looked at */
  config?: Record<string, unknown>;
  /** US dollars a month. @default unknown: not looked at */
  monthlyCost?: number;
}

/** What a rule does not let pass. */
export interface Violation {
  /** Name of the rule. */
  rule: string;
  /** Name of the resource, output or key. */
  where: string;
  /** What is wrong, and what to do. */
  message: string;
}

/** A rule that a stack has to keep. */
export interface Rule {
  /** In words with dashes. */
  name: string;
  /** What holds where it is kept. */
  description: string;
  /** What it needs to know, beside the resources. @default nothing */
  needs?: ("outputs" | "config" | "monthlyCost")[];
  /** What breaks it: where, and what is wrong with what to do. */
  check: (plan: Plan) => [where: string, message: string][];
}

/** Whether a stack is one whose loss would hurt: `prod`, `production`, or one that begins so. */
export function isProduction({ stack }: Pick<Plan, "stack">): boolean {
  return /^prod(uction)?(-|$)/.test(stack);
}

export const types = {
  instance: "linode:index/instance:Instance",
  firewall: "linode:index/firewall:Firewall",
  vpc: "linode:index/vpc:Vpc",
  volume: "linode:index/volume:Volume",
  bucket: "linode:index/objectStorageBucket:ObjectStorageBucket",
  database: "postgresql:index/database:Database",
} as const;

/** The resources of a type. */
export function ofType({ resources }: Plan, type: keyof typeof types): PlannedResource[] {
  return resources.filter((resource) => resource.type === types[type]);
}
