import type { LinodeType } from "../../policy/cost";

/** As `GET /linode/types` lists them. */
export const linodeTypes: LinodeType[] = [
  {
    id: "g6-nanode-1",
    price: { monthly: 5 },
    region_prices: [{ id: "br-gru", monthly: 7 }],
    addons: { backups: { price: { monthly: 2 }, region_prices: [{ id: "br-gru", monthly: 2.8 }] } },
  },
  {
    id: "g6-standard-1",
    price: { monthly: 12 },
    region_prices: [],
    addons: { backups: { price: { monthly: 2.5 }, region_prices: [] } },
  },
];
