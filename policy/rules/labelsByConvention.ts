import { label, tagsOf } from "../../render/labels";
import { ofType, type Rule } from "../plan";

const labelled = ["instance", "firewall", "vpc"] as const;

export const labelsByConvention: Rule = {
  name: "labels-by-convention",
  description: "Everything at Linode has the site and the stack in its label and its tags: by them it is found again.",
  check: (plan) =>
    labelled
      .flatMap((type) => ofType(plan, type))
      .flatMap(({ type, name, inputs }): [string, string][] => {
        const wanted = label(plan.site, plan.stack, roleOf(name));
        const missing = type.includes("/vpc:") ? [] : missingTags(plan, (inputs.tags ?? []) as string[]);
        return [
          ...(inputs.label === wanted
            ? []
            : [
                [
                  name,
                  `its label is ${JSON.stringify(inputs.label)}. Call it ${wanted}: label() of render/labels.ts.`,
                ] as [string, string],
              ]),
          ...(missing.length === 0
            ? []
            : [[name, `it lacks ${missing.join(", ")}. Tag it by tagsOf() of render/labels.ts.`] as [string, string]]),
        ];
      }),
};

/** `app` of `app-instance`; the network's own is `vpc`. */
function roleOf(name: string): string {
  return name === "network-vpc" ? "vpc" : name.replace(/-[a-z]+$/, "");
}

function missingTags({ site, stack }: { site: string; stack: string }, tags: string[]): string[] {
  return tagsOf(site, stack).filter((tag) => !tags.includes(tag));
}
