import { LinodeApi } from "../cli/linodeApi";
import type { LocalSettings } from "../cli/localLinode";
import type { Rehearsed } from "../cli/rehearse";
import { onHost } from "./hosts";

export const roles = ["database", "app", "web"] as const;
export type Memory = Record<(typeof roles)[number], number>;

/** Resident memory of each server, all of its processes (sum of PSS, so that what they share counts once), in kB. */
export async function residentMemory(local: LocalSettings, { stack, addresses }: Rehearsed): Promise<Memory> {
  const instances = await new LinodeApi(stack.env).find<{ id: number; ipv4: string[] }>("/linode/instances", {});
  const sum = "cat /proc/[0-9]*/smaps_rollup 2>/dev/null | awk '/^Pss:/ { sum += $2 } END { print sum }'";
  const of = async (address: string) => {
    const id = instances.find(({ ipv4 }) => ipv4.includes(address))?.id ?? 0;
    return Number(await onHost({ id, address, directory: local.directory }, sum));
  };
  const [database, app, web] = await Promise.all([of(addresses.database), of(addresses.app), of(addresses.web)]);
  return { database, app, web };
}
