/** `linode.getInstanceType`. Source: terraform-provider-linode 3.1.1, linode/instancetype. */
import { providerFunction, Value } from "../../base";
import type { Linode } from "../config";
import { attempt } from "../framework";
import type { InstanceType, Price, RegionPrice } from "../shapes";

export const getInstanceType = providerFunction<Linode, { id: string }>({
  token: "linode:index/getInstanceType:getInstanceType",
  async invoke({ id }, { client: { client } }) {
    const type = await attempt(`Unable to get instance type ${id}`, () =>
      client.get<InstanceType>("framework", `/linode/types/${id}`),
    );
    return typeState(type);
  },
});

/** A plan as functions give it. */
export function typeState(type: InstanceType): { [name: string]: Value } {
  const { backups } = type.addons;
  return {
    id: type.id,
    label: type.label,
    class: type.class,
    disk: type.disk,
    memory: type.memory,
    vcpus: type.vcpus,
    acceleratedDevices: type.accelerated_devices ?? 0,
    networkOut: type.network_out,
    transfer: type.transfer,
    prices: [price(type.price)],
    regionPrices: type.region_prices.map(regionPrice),
    addons: [{ backups: [{ prices: [price(backups.price)], regionPrices: backups.region_prices.map(regionPrice) }] }],
  };
}

/** The official one keeps prices in 32 bits. */
function price({ hourly, monthly }: Price): { [name: string]: Value } {
  return { hourly: Math.fround(hourly ?? 0), monthly: Math.fround(monthly ?? 0) };
}

function regionPrice(item: RegionPrice): Value {
  return { id: item.id, ...price(item) };
}
