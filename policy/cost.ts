import { ofType, type Plan } from "./plan";

/** A price as Linode's API lists it: the usual one, and those of regions where it differs. */
interface Prices {
  price: { monthly: number | null };
  region_prices: { id: string; monthly: number | null }[];
}

/** A type of Linode, as `GET /linode/types` lists it; the list is open to everybody. */
export interface LinodeType extends Prices {
  id: string;
  addons: { backups: Prices };
}

/** US dollars a month for a stack's Linodes and Linode's own backups of them, without transfer and taxes. @throws Error for an unknown type */
export function monthlyCost(plan: Plan, types: LinodeType[]): number {
  const sum = ofType(plan, "instance").reduce((total, { name, inputs }) => {
    const type = types.find(({ id }) => id === inputs.type);
    if (!type)
      throw new Error(
        `${name}: Linode has no type ${JSON.stringify(inputs.type)}. Choose one of its list: trinode:plans.`,
      );
    const region = String(inputs.region);
    return total + priceIn(type, region) + (inputs.backupsEnabled === true ? priceIn(type.addons.backups, region) : 0);
  }, 0);
  return Math.round(sum * 100) / 100;
}

function priceIn({ price, region_prices }: Prices, region: string): number {
  return region_prices.find(({ id }) => id === region)?.monthly ?? price.monthly ?? 0;
}
