/** `linode.VpcSubnet`. Source: terraform-provider-linode 3.1.1, linode/vpcsubnet. */
import type { Properties } from "../base";
import { bridged } from "../base/bridge/bridged";
import { computed, required } from "../base/bridge/schema";
import { isNotFound } from "./client";
import type { Linode } from "./config";
import { attempt, importIds, instant } from "./framework";

interface SubnetShape {
  id: number;
  label: string;
  ipv4: string;
  linodes: { id: number; interfaces: { id: number; active: boolean }[] }[];
  created: string;
  updated: string;
}

export const vpcSubnet = bridged<Linode>({
  token: "linode:index/vpcSubnet:VpcSubnet",
  flavour: "framework",
  fields: {
    vpcId: required("integer", { replace: true }),
    label: required("string"),
    ipv4: required("string", { replace: true }),
    linodes: computed("list"),
    created: computed("string"),
    updated: computed("string", { stable: false }),
  },
  async create(_want, { vpcId, label, ipv4 }, { client: { client } }) {
    const path = `/vpcs/${vpcId as number}/subnets`;
    const made = await attempt("Failed to create VPC subnet", () =>
      client.post<SubnetShape>("framework", path, { label, ipv4 }),
    );
    return { id: String(made.id), state: stateOf(vpcId as number, made) };
  },
  async read(id, have, { client: { client } }) {
    const [vpc, subnet] = have.vpcId === undefined ? importIds(id, "vpc_id") : [have.vpcId as number, Number(id)];
    try {
      const found = await client.get<SubnetShape>("framework", `/vpcs/${vpc}/subnets/${subnet}`);
      return { id: String(subnet), state: stateOf(vpc, found) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  async update({ id, have, plan }, { client: { client } }) {
    const path = `/vpcs/${have.vpcId as number}/subnets/${id}`;
    const { label } = plan;
    const subnet = await attempt(`Failed to update VPC subnet (${id}).`, () =>
      client.put<SubnetShape>("framework", path, { label }),
    );
    return stateOf(have.vpcId as number, subnet);
  },
  async delete(id, have, { client: { client } }) {
    try {
      await client.delete("framework", `/vpcs/${have.vpcId as number}/subnets/${id}`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  },
});

function stateOf(vpcId: number, { label, ipv4, linodes, created, updated }: SubnetShape): Properties {
  const attached = linodes.map(({ id, interfaces }) => ({
    id,
    interfaces: interfaces.map(({ id, active }) => ({ id, active })),
  }));
  return { vpcId, label, ipv4, linodes: attached, created: instant(created), updated: instant(updated) };
}
