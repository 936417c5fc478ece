import { operatorRules } from "../../../render/firewallRules";
import type { LinodeApi } from "../../linodeApi";
import { plain, type StateResource } from "../stack";
import { expiryOf } from "./rules";

/** A firewall's rule, as Linode's API writes it. */
export interface ApiRule {
  label?: string;
  action: string;
  protocol: string;
  ports?: string;
  addresses?: { ipv4?: string[]; ipv6?: string[] };
}

interface Rules {
  inbound: ApiRule[];
  inbound_policy: string;
  outbound: ApiRule[];
  outbound_policy: string;
}

/** Ids of a stack's firewalls. */
export function firewallsOf(resources: StateResource[]): number[] {
  const firewalls = resources.filter(({ type }) => type === "linode:index/firewall:Firewall");
  return firewalls.map(({ outputs = {} }) => Number(plain(outputs.id)));
}

/** The rules of a firewall with one more, which lets these addresses in wherever the program lets operators in. */
export function admitting(inbound: ApiRule[], label: string, cidrs: string[]): ApiRule[] {
  const program: string[] = Object.values(operatorRules);
  const ports = inbound.filter((rule) => program.includes(rule.label ?? "")).map((rule) => rule.ports ?? "");
  if (ports.length === 0 || inbound.some((rule) => rule.label === label)) return inbound;
  const [ipv6, ipv4] = [cidrs.filter((cidr) => cidr.includes(":")), cidrs.filter((cidr) => !cidr.includes(":"))];
  const addresses = { ...(ipv4.length > 0 && { ipv4 }), ...(ipv6.length > 0 && { ipv6 }) };
  return [...inbound, { label, action: "ACCEPT", protocol: "TCP", ports: ports.join(", "), addresses }];
}

/** The rules without one admission, and without those whose time is over. */
export function expelling(inbound: ApiRule[], label: string | undefined, now = new Date()): ApiRule[] {
  return inbound.filter((rule) => {
    const expiry = expiryOf(rule);
    return expiry === undefined || (expiry > now && rule.label !== label);
  });
}

/**
 * Changes a firewall's rules at Linode, unless they are as they should be. Linode takes all rules at once and from anybody: what has been
 * written is looked at again, and written once more when somebody else has written in between.
 */
export async function changeRules(
  api: LinodeApi,
  id: number,
  change: (inbound: ApiRule[]) => ApiRule[],
): Promise<boolean> {
  const path = `/networking/firewalls/${id}/rules`;
  for (let tries = 0; ; tries += 1) {
    const { inbound, inbound_policy, outbound, outbound_policy } = await api.call<Rules>("GET", path);
    const wanted = change(inbound);
    if (JSON.stringify(wanted) === JSON.stringify(inbound)) return tries > 0;
    if (tries === 5) throw new Error(`firewall ${id}: somebody else changes its rules all the time`);
    await api.call("PUT", path, { inbound: wanted, inbound_policy, outbound, outbound_policy });
  }
}
