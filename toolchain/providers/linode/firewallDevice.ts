/** `linode.FirewallDevice`. Source: terraform-provider-linode 3.1.1, linode/firewalldevice. */
import type { Properties } from "../base";
import { bridged } from "../base/bridge/bridged";
import { computed, either, required } from "../base/bridge/schema";
import { isNotFound } from "./client";
import type { Linode } from "./config";
import { attempt, importIds, instant } from "./framework";
import type { FirewallDevice } from "./shapes";

export const firewallDevice = bridged<Linode>({
  token: "linode:index/firewallDevice:FirewallDevice",
  flavour: "framework",
  fields: {
    firewallId: required("integer", { replace: true }),
    entityId: required("integer", { replace: true }),
    entityType: either("string", { replace: true, default: "linode" }),
    created: computed("string"),
    updated: computed("string", { stable: false }),
  },
  async create(_want, { firewallId, entityId, entityType }, { client: { client } }) {
    const path = `/networking/firewalls/${firewallId as number}/devices`;
    const made = await attempt("Error creating a Linode Firewall Device", () =>
      client.post<FirewallDevice>("framework", path, { id: entityId, type: entityType }),
    );
    return { id: String(made.id), state: stateOf(firewallId as number, made) };
  },
  async read(id, have, { client: { client } }) {
    const [firewall, device] =
      have.firewallId === undefined ? importIds(id, "firewall_id") : [have.firewallId as number, Number(id)];
    try {
      const found = await client.get<FirewallDevice>(
        "framework",
        `/networking/firewalls/${firewall}/devices/${device}`,
      );
      return { id: String(device), state: stateOf(firewall, found) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  async delete(id, have, { client: { client } }) {
    try {
      await client.delete("framework", `/networking/firewalls/${have.firewallId as number}/devices/${id}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  },
});

function stateOf(firewallId: number, { entity, created, updated }: FirewallDevice): Properties {
  return {
    firewallId,
    entityId: entity.id,
    entityType: entity.type,
    created: instant(created),
    updated: instant(updated),
  };
}
