/**
 * Tells Linode when to make its backups of a machine, which the provider can't. Run by the program (`components/linodeHost.ts`) when
 * the configuration says another time.
 * Standard input: `ScheduleRequest` as JSON. Environment: LINODE_TOKEN and LINODE_URL, where the request has no token.
 * Exit: 0 it is told, 1 it is not.
 */
import { text } from "node:stream/consumers";
import { LinodeApi } from "../linodeApi";

export interface ScheduleRequest {
  linode: number;
  /** Of the weekly copy, e.g. `Sunday`. */
  day?: string;
  /** Of every day, e.g. `W2`: from 02:00 to 04:00 UTC. */
  window?: string;
  /** Linode's. @default that of the environment */
  token?: string;
}

async function main(): Promise<void> {
  const { linode, token, ...schedule } = JSON.parse(await text(process.stdin)) as ScheduleRequest;
  const api = new LinodeApi({ ...process.env, ...(token && { LINODE_TOKEN: token }) });
  await api.call("PUT", `/linode/instances/${linode}`, { backups: { schedule } });
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
