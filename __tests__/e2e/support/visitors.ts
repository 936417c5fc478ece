import { load, type LoadResult } from "../../../bench/load";
import { signInAll } from "../../../bench/visitors";
import type { Rehearsed } from "../../../cli/rehearse";

/** Visitors who have signed in, for as long as something is done. Returns what they were answered. */
export async function visitedBy(
  clients: number,
  { url, addresses, ca }: Rehearsed,
  work: () => Promise<void>,
): Promise<LoadResult> {
  const place = { url, address: addresses.web, ca };
  const visitors = await signInAll(place, clients);
  const done = new AbortController();
  const running = load({ ...place, visitors, clients, count: 1e9, pauseMs: 250, until: done.signal });
  try {
    await work();
  } finally {
    done.abort();
  }
  return running;
}
