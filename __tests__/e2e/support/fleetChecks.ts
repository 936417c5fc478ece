import { deepStrictEqual } from "node:assert";
import { connect } from "node:net";
import { type Fleet, ZONE } from "./fleet";
import { hostsOnMachine } from "./footprint";

/** Every machine serves its page to whom it should; state, Linode and this machine agree, and there is nothing besides. */
export async function mustBeRight(fleet: Fleet): Promise<void> {
  const { servers, seen } = await fleet.outputs();
  deepStrictEqual(seen, ["page of back", "page of spare"]);
  deepStrictEqual(await eventually(() => page(servers.front.address)), "page of front\n");
  for (const { address } of [servers.back, servers.spare]) deepStrictEqual(await open(address, 80), false);
  const found = await fleet.api.find<{ id: number; status: string }>("/linode/instances", {});
  const ids = sorted(found.map(({ id }) => id));
  deepStrictEqual(
    found.map(({ status }) => status),
    ["running", "running", "running"],
  );
  deepStrictEqual(sorted(Object.values(servers).map(({ id }) => Number(id))), ids);
  deepStrictEqual(hostsOnMachine(fleet.local.slot, fleet.local.directory), ids);
  deepStrictEqual(await counts(fleet), { keys: 1, vpcs: 1, firewalls: 2, devices: 3, records: 2, addresses: 6 });
}

const sorted = (ids: number[]) => ids.sort((a, b) => a - b);

/** Nothing but the zone, which was there before. */
export async function mustBeGone(fleet: Fleet): Promise<void> {
  deepStrictEqual(await fleet.api.find("/linode/instances", {}), []);
  deepStrictEqual(hostsOnMachine(fleet.local.slot, fleet.local.directory), []);
  deepStrictEqual(await counts(fleet), { keys: 0, vpcs: 0, firewalls: 0, devices: 0, records: 0, addresses: 0 });
}

async function counts({ api }: Fleet) {
  const count = async (path: string) => (await api.find(path, {})).length;
  const firewalls = await api.find<{ id: number }>("/networking/firewalls", {});
  const devices = await Promise.all(firewalls.map(({ id }) => count(`/networking/firewalls/${id}/devices`)));
  const [zone] = await api.find<{ id: number; domain: string }>("/domains", { domain: ZONE });
  return {
    keys: await count("/profile/sshkeys"),
    vpcs: await count("/vpcs"),
    firewalls: firewalls.length,
    devices: devices.reduce((sum, one) => sum + one, 0),
    records: await count(`/domains/${zone?.id}/records`),
    addresses: await count("/networking/ips"),
  };
}

/** Memory of the plan that a machine runs with. */
export async function memoryMb(fleet: Fleet, id: string): Promise<number | undefined> {
  const { LINODE_URL: url, LINODE_TOKEN: token } = fleet.stack.env;
  const answer = await fetch(`${url}/local/status`, { headers: { authorization: `Bearer ${token}` } });
  const { hosts } = (await answer.json()) as { hosts: { id: number; plan: { memoryMb: number } }[] };
  return hosts.find((host) => host.id === Number(id))?.plan.memoryMb;
}

async function page(address: string): Promise<string> {
  return (await fetch(`http://${address}/`, { signal: AbortSignal.timeout(3_000) })).text();
}

/** Whether a TCP connection is taken. */
export function open(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 1_500 });
    const end = (answer: boolean) => (socket.destroy(), resolve(answer));
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}

/** Tries for half a minute: a machine that was killed boots again by itself. */
async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 30_000; ; await new Promise((resolve) => setTimeout(resolve, 300))) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
