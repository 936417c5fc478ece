/** `linode.Vpc`. Source: terraform-provider-linode 3.1.1, linode/vpc. */
import type { Properties } from "../base";
import { bridged } from "../base/bridge/bridged";
import { computed, either, required } from "../base/bridge/schema";
import { isNotFound } from "./client";
import type { Linode } from "./config";
import { attempt, instant } from "./framework";

interface VpcShape {
  id: number;
  label: string;
  description: string;
  region: string;
  created: string;
  updated: string;
}

export const vpc = bridged<Linode>({
  token: "linode:index/vpc:Vpc",
  flavour: "framework",
  fields: {
    label: required("string"),
    description: either("string"),
    region: required("string", { replace: true }),
    created: computed("string"),
    updated: computed("string", { stable: false }),
  },
  async create(_want, { label, description, region }, { client: { client } }) {
    const text = typeof description === "string" && description !== "" ? { description } : {};
    const made = await attempt("Failed to create VPC", () =>
      client.post<VpcShape>("framework", "/vpcs", { label, ...text, region }),
    );
    return { id: String(made.id), state: stateOf(made) };
  },
  async read(id, _have, { client: { client } }) {
    try {
      return { state: stateOf(await client.get<VpcShape>("framework", `/vpcs/${id}`)) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  async update({ id, plan, changed }, { client: { client } }) {
    const { label, description } = plan;
    const body = { ...(changed.has("label") ? { label } : {}), ...(changed.has("description") ? { description } : {}) };
    return stateOf(
      await attempt(`Failed to update VPC (${id}).`, () => client.put<VpcShape>("framework", `/vpcs/${id}`, body)),
    );
  },
  async delete(id, _have, { client: { client } }) {
    try {
      await client.delete("framework", `/vpcs/${id}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  },
});

function stateOf({ label, description, region, created, updated }: VpcShape): Properties {
  return { label, description, region, created: instant(created), updated: instant(updated) };
}
