import { LinodeApi } from "../../linodeApi";
import { isDisposable } from "./names";

/** Something at Linode, as its lists have it. */
interface Labelled {
  id: number;
  label: string;
  tags: string[];
  created: string;
}
interface Machine extends Labelled {
  ipv4: string[];
  ipv6: string | null;
}

/** A VPC has no tags: its description says the same. */
interface Vpc extends Omit<Labelled, "tags"> {
  description: string;
}

/** All that a staging stack has at Linode, found by tags: also what a job that crashed has left without a state. */
export interface Leftover {
  stack: string;
  site: string;
  /** When the first of it was made. */
  since: Date;
  machines: Machine[];
  firewalls: Labelled[];
  vpcs: Labelled[];
}

/** Every staging stack that has something at Linode. Tags decide, and names that no production has. */
export async function findLeftovers(api: LinodeApi): Promise<Leftover[]> {
  const [machines, firewalls, vpcs] = await Promise.all([
    api.find<Machine>("/linode/instances", {}),
    api.find<Labelled>("/networking/firewalls", {}),
    api.find<Vpc>("/vpcs", {}),
  ]);
  return groupByStack(machines, firewalls, vpcs);
}

export function groupByStack(machines: Machine[], firewalls: Labelled[], vpcs: Vpc[]): Leftover[] {
  const found = new Map<string, Leftover>();
  const add = (one: Labelled): Leftover | undefined => {
    const [site, stack] = [tagged(one, "site:"), tagged(one, "stack:")];
    if (!one.tags.includes("trinode") || !site || !stack || !isDisposable(stack)) return undefined;
    // Linode's times are UTC, without saying so.
    const made = new Date(`${one.created.replace(/Z$/, "")}Z`);
    const key = `${site}/${stack}`;
    const group = found.get(key) ?? { stack, site, since: made, machines: [], firewalls: [], vpcs: [] };
    if (made < group.since) group.since = made;
    found.set(key, group);
    return group;
  };
  for (const machine of machines) add(machine)?.machines.push(machine);
  for (const firewall of firewalls) add(firewall)?.firewalls.push(firewall);
  for (const { description, ...rest } of vpcs) {
    const vpc = { ...rest, tags: description.split(" ") };
    add(vpc)?.vpcs.push(vpc);
  }
  return [...found.values()];
}

function tagged({ tags }: Labelled, prefix: string): string | undefined {
  return tags.find((tag) => tag.startsWith(prefix))?.slice(prefix.length);
}

/** Deletes what a stack has at Linode, without its state: machines, then firewalls, network, and records that lead to its machines. */
export async function deleteLeftover(api: LinodeApi, { machines, firewalls, vpcs }: Leftover): Promise<void> {
  const addresses = new Set(machines.flatMap(({ ipv4, ipv6 }) => [...ipv4, ipv6?.split("/")[0] ?? ""]).filter(Boolean));
  await Promise.all(machines.map(({ id }) => api.call("DELETE", `/linode/instances/${id}`)));
  await gone(api, machines);
  await Promise.all(firewalls.map(({ id }) => api.call("DELETE", `/networking/firewalls/${id}`)));
  for (const { id } of vpcs) {
    for (const subnet of await api.find<{ id: number }>(`/vpcs/${id}/subnets`, {}))
      await api.call("DELETE", `/vpcs/${id}/subnets/${subnet.id}`);
    await api.call("DELETE", `/vpcs/${id}`);
  }
  for (const zone of await api.find<{ id: number }>("/domains", {}))
    for (const record of await api.find<{ id: number; target: string }>(`/domains/${zone.id}/records`, {}))
      if (addresses.has(record.target)) await api.call("DELETE", `/domains/${zone.id}/records/${record.id}`);
}

/** A machine that is being deleted still holds its firewall and its place in the network. */
async function gone(api: LinodeApi, machines: Machine[]): Promise<void> {
  const ids = new Set(machines.map(({ id }) => id));
  for (const end = Date.now() + 300_000; ; await new Promise((resolve) => setTimeout(resolve, 1000))) {
    const left = (await api.find<Machine>("/linode/instances", {})).filter(({ id }) => ids.has(id));
    if (left.length === 0) return;
    if (Date.now() > end)
      throw new Error(
        `${left.map((one) => one.label).join(", ")}: not deleted after five minutes. Run ./site staging reap again.`,
      );
  }
}
