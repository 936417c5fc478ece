import * as linode from "@pulumi/linode";

/** What a Linode type offers, as the API lists it. */
export interface Plan {
  id: string;
  memoryMb: number;
  vcpus: number;
  /** US dollars, without backups, transfer and taxes. */
  monthly: number;
  /** What Linode's own backups of it cost beside that. */
  backupsMonthly: number;
}

/** Looks each plan up once. @throws Error naming the configuration's key for a type that Linode does not have. */
export async function lookUpPlans<Role extends string>(plans: Record<Role, string>): Promise<Record<Role, Plan>> {
  const known = new Map<string, Promise<Plan>>();
  const lookUp = (role: string, id: string) => {
    const plan = known.get(id) ?? lookUpPlan(role, id);
    known.set(id, plan);
    return plan;
  };
  const roles = Object.entries<string>(plans);
  const found = await Promise.all(roles.map(async ([role, id]) => [role, await lookUp(role, id)]));
  return Object.fromEntries(found) as Record<Role, Plan>;
}

async function lookUpPlan(role: string, id: string): Promise<Plan> {
  const type = await linode.getInstanceType({ id }).catch((error: unknown) => {
    throw new Error(`trinode:plans.${role}: ${JSON.stringify(id)} can't be looked up at Linode: ${String(error)}`);
  });
  const backupsMonthly = type.addons[0]?.backups[0]?.prices[0]?.monthly ?? 0;
  return { id, memoryMb: type.memory, vcpus: type.vcpus, monthly: type.prices[0]?.monthly ?? 0, backupsMonthly };
}
