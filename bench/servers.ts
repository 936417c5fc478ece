import { LinodeApi } from "../cli/linodeApi";
import type { LocalSettings } from "../cli/localLinode";
import type { Rehearsed } from "../cli/rehearse";
import type { BareHost } from "./hosts";

export const roles = ["database", "app", "web"] as const;
export type Role = (typeof roles)[number];

/** The production's servers, to run commands on as root. */
export async function servers(local: LocalSettings, { stack, addresses }: Rehearsed): Promise<Record<Role, BareHost>> {
  const instances = await new LinodeApi(stack.env).find<{ id: number; ipv4: string[] }>("/linode/instances", {});
  const at = (address: string): BareHost => {
    const id = instances.find(({ ipv4 }) => ipv4.includes(address))?.id ?? 0;
    return { id, address, directory: local.directory };
  };
  return { database: at(addresses.database), app: at(addresses.app), web: at(addresses.web) };
}
