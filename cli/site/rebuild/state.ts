import { readFileSync, writeFileSync, existsSync } from "node:fs";
import { pulumi } from "../../pulumi";
import { SiteError } from "../failure";
import { nameOf } from "../servers";
import { isSwitch } from "../serving";
import type { SiteStack, StateResource } from "../stack";
import { placeOf, type Rebuild } from "./note";

/** As `pulumi stack export` prints it, secrets encrypted. */
interface Exported {
  deployment: { resources: Resource[] };
}

interface Resource extends StateResource {
  id?: string;
  deletedWith?: string;
  protect?: boolean;
  retainOnDelete?: boolean;
}

/**
 * Gets the state ready for a machine to be made anew: Pulumi will forget the former one in place of deleting it, and protection of what goes
 * with it is off until that `pulumi up`, which puts it back. The state as it was is kept. Returns options for `up`: none when the
 * new machine is there already.
 */
export async function readyToReplace(stack: SiteStack, { name, data, former }: Rebuild): Promise<string[]> {
  const text = await pulumi(stack, ["stack", "export"]);
  const state = JSON.parse(text) as Exported;
  const instance = machineIn(state.deployment.resources, name);
  if (instance.id !== String(former.id)) return [];
  const kept = placeOf(stack, "state.json");
  if (!existsSync(kept)) writeFileSync(kept, text, { mode: 0o600 });
  instance.retainOnDelete = true;
  for (const resource of state.deployment.resources)
    if (resource === instance || (data.database && resource.type.startsWith("postgresql:"))) resource.protect = false;
  await pulumi(stack, ["stack", "import"], { input: JSON.stringify(state) });
  return ["--replace", instance.urn];
}

function machineIn(resources: Resource[], name: string): Resource {
  const found = resources.filter(
    (one) => one.type === "linode:index/instance:Instance" && nameOf(one) === `${name}-instance`,
  );
  if (!found[0]) throw new SiteError(`the state knows no machine "${name}". See: pulumi stack`);
  return found[0];
}

/** Steps on other machines that may have been done since the state was kept, for the new one's sake: URNs. */
export async function doneSince(stack: SiteStack, { name }: Rebuild): Promise<string[]> {
  const { resources: now } = (JSON.parse(await pulumi(stack, ["stack", "export"])) as Exported).deployment;
  const { resources: before } = (JSON.parse(keptState(stack)) as Exported).deployment;
  return changedSteps(before, now, machineIn(before, name).urn);
}

/** One that switches a release may have been cut off, and then nothing tells how far it came. @param machine the steps on it are left out */
export function changedSteps(before: Resource[], now: Resource[], machine: string): string[] {
  const times = new Map(now.map(({ urn, modified }) => [urn, modified]));
  return before
    .filter(({ type, deletedWith }) => type === "command:remote:Command" && deletedWith !== machine)
    .filter((step) => times.get(step.urn) !== step.modified || isSwitch(step))
    .map(({ urn }) => urn);
}

/** The state as it was, when it was kept. */
export async function putStateBack(stack: SiteStack): Promise<void> {
  await pulumi(stack, ["stack", "import"], { input: keptState(stack) });
}

export const wasKept = (stack: SiteStack): boolean => existsSync(placeOf(stack, "state.json"));

function keptState(stack: SiteStack): string {
  return readFileSync(placeOf(stack, "state.json"), "utf8");
}
