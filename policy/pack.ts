import type { PolicyPackArgs, PolicyResource } from "@pulumi/policy";
import { type Plan, types } from "./plan";
import { broken, rules } from "./rules";

/** What the pack knows: resources, with secrets readable. Rules that need more are left to `./site check`. */
const packed = rules.filter(({ needs = [] }) => needs.length === 0);

/** The rules as a policy pack: `pulumi preview --policy-pack policy`. */
export const packArgs: PolicyPackArgs = {
  description: "What every stack of trinode keeps to; the same rules as ./site check",
  enforcementLevel: "mandatory",
  policies: packed.map((rule) => ({
    name: rule.name,
    description: rule.description,
    validateStack: ({ resources }, report) => {
      const urns = new Map(resources.map(({ name, urn }) => [name, urn]));
      for (const { where, message } of broken(rule, planOf(resources))) report(`${where}: ${message}`, urns.get(where));
    },
  })),
};

/** Site and stack stand in what the resources say of themselves: a pack does not get the configuration. */
export function planOf(resources: Pick<PolicyResource, "type" | "name" | "urn" | "props" | "opts">[]): Plan {
  const first = resources.find(({ type }) => type === types.firewall || type === types.instance);
  const tags = (first?.props.tags ?? []) as string[];
  return {
    site: tags.find((tag) => tag.startsWith("site:"))?.slice("site:".length) ?? "",
    stack: first?.urn.split(":")[2] ?? "",
    resources: resources.map(({ type, name, props, opts }) => ({
      type,
      name,
      inputs: known(props) as Record<string, unknown>,
      protect: opts.protect,
    })),
  };
}

/** Stands for what is known only when it is made; reading that in a pack throws. */
const unknown = "(not known yet)";

function known(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.keys(value).map((key): [string, unknown] => {
    try {
      return [key, known((value as Record<string, unknown>)[key])];
    } catch {
      return [key, unknown];
    }
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}
