/** Waiting for what Linode does in the background: events, and states of instances. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Linode } from "./config";
import type { Page } from "./client";
import type { LinodeEvent, LinodeInstance } from "./shapes";

export interface Deadline {
  /** Milliseconds since the epoch. */
  at: number;
  signal: AbortSignal;
}

export function deadline(seconds: number, signal: AbortSignal): Deadline {
  return { at: Date.now() + seconds * 1000, signal };
}

/**
 * Starts an action and waits until its event has finished. The events that there are before are remembered, so that an older
 * one of the same kind is not taken for it.
 * Source: https://github.com/linode/linodego/blob/v1.54.0/waitfor.go (EventPoller)
 * @throws Error if the event fails or the deadline passes.
 */
export async function act(
  linode: Linode,
  instance: number,
  action: string,
  run: () => Promise<unknown>,
  until: Deadline,
  /** `wait: false` starts it only. */
  { wait = true }: { wait?: boolean } = {},
): Promise<void> {
  const before = new Set((await eventsOf(linode, instance, action)).map(({ id }) => id));
  await run();
  if (!wait) return;
  let event: LinodeEvent | undefined;
  while (event === undefined) {
    await pause(linode, until, `${action} of Linode ${instance} to begin`);
    event = (await eventsOf(linode, instance, action)).find(({ id }) => !before.has(id));
  }
  // Always looked at by its id, at once: linodego's clock has ticked meanwhile, and what the list says of it is not read.
  for (const { id } = event; ; await pause(linode, until, `${action} of Linode ${instance} to finish`)) {
    event = await linode.client.get<LinodeEvent>("sdk", `/account/events/${id}`);
    if (event.status === "finished") return;
    if (event.status === "failed")
      throw new Error(`event ${id} (${action}) has failed${event.message ? `: ${event.message}` : ""}`);
  }
}

/** Waits until the instance has a status, and gives it back. */
export async function waitForStatus(
  linode: Linode,
  id: number,
  status: string,
  until: Deadline,
): Promise<LinodeInstance> {
  for (;;) {
    await pause(linode, until, `Instance ${id} status ${status}`);
    const instance = await linode.client.get<LinodeInstance>("sdk", `/linode/instances/${id}`);
    if (instance.status === status) return instance;
  }
}

/** Looks until `look` gives something. */
export async function waitFor<Found>(
  linode: Linode,
  what: string,
  look: () => Promise<Found | undefined>,
  until: Deadline,
): Promise<Found> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await pause(linode, until, what);
  }
}

async function eventsOf({ client }: Linode, instance: number, action: string): Promise<LinodeEvent[]> {
  const filter = { "+order": "desc", "+order_by": "created", action, "entity.id": instance, "entity.type": "linode" };
  return (await client.get<Page<LinodeEvent>>("sdk", "/account/events?page=1", JSON.stringify(filter))).data;
}

async function pause({ pollMs }: Linode, { at, signal }: Deadline, what: string): Promise<void> {
  if (Date.now() > at) throw new Error(`Error waiting for ${what}: the time limit has passed`);
  await sleep(pollMs, undefined, { signal });
}
