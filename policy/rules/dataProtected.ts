import { isProduction, ofType, type Plan, type PlannedResource, type Rule } from "../plan";

/** What can't be made again when it is gone. */
export function holdsData(resource: Pick<PlannedResource, "type" | "name">): boolean {
  const one = { resources: [resource as PlannedResource] } as Plan;
  if (ofType(one, "instance").length > 0) return /^(database|app|server)(-\d+)?-instance$/.test(resource.name);
  return (["volume", "bucket", "database"] as const).some((type) => ofType(one, type).length > 0);
}

export const dataProtected: Rule = {
  name: "data-protected",
  description: "In production, what holds data can't be deleted by a change.",
  check: (plan) =>
    isProduction(plan)
      ? plan.resources
          .filter((resource) => holdsData(resource) && !resource.protect)
          .map(({ name }) => [name, "it holds data and can be deleted by a change. Set it: trinode:protect: true."])
      : [],
};
