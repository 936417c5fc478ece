import { SiteError } from "./failure";
import { nameOf } from "./servers";
import { plain, type StateResource } from "./stack";

/** Whether a resource is the step that switches an application server to a release and its variables. */
export function isSwitch(resource: StateResource): boolean {
  return isSwitchName(nameOf(resource));
}

export function isSwitchName(name: string): boolean {
  return /^app(-\d+)?-release$/.test(name);
}

/** Id of the release that the last `pulumi up` switched to. @throws SiteError when there is none */
export function servingRelease(resources: StateResource[]): string {
  const printed = plain(resources.find(isSwitch)?.outputs?.stdout);
  if (typeof printed !== "string") throw new SiteError("the state knows no release. Make one: pulumi up");
  return (JSON.parse(printed) as { release: string }).release;
}
