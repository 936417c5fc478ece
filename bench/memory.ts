import type { LocalSettings } from "../cli/localLinode";
import type { Rehearsed } from "../cli/rehearse";
import { type BareHost, onHost } from "./hosts";
import { type Role, servers } from "./servers";

/** Resident memory of each server, in kB. */
export async function residentMemory(local: LocalSettings, production: Rehearsed): Promise<Record<Role, number>> {
  const hosts = await servers(local, production);
  const [database, app, web] = await Promise.all([hosts.database, hosts.app, hosts.web].map(memoryOf));
  return { database: database!, app: app!, web: web! };
}

/** Of all processes of a server, in kB: the sum of PSS, so that what they share counts once. */
export async function memoryOf(host: BareHost): Promise<number> {
  const sum = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { print sum }'";
  return Number(await onHost(host, sum));
}
