/** `linode.getRegion`. Source: terraform-provider-linode 3.1.1, linode/region. */
import { providerFunction } from "../../base";
import type { Linode } from "../config";
import { attempt } from "../framework";

interface RegionShape {
  id: string;
  label: string;
  country: string;
  site_type: string;
  status: string;
  capabilities: string[];
  resolvers: { ipv4: string; ipv6: string };
  placement_group_limits?: { maximum_pgs_per_customer: number; maximum_linodes_per_pg: number } | null;
}

export const getRegion = providerFunction<Linode, { id: string }>({
  token: "linode:index/getRegion:getRegion",
  async invoke({ id }, { client: { client } }) {
    const region = await attempt(`Unable to get region ${id}`, () =>
      client.get<RegionShape>("framework", `/regions/${id}`),
    );
    const { label, country, status, capabilities, resolvers, placement_group_limits: limits } = region;
    const { maximum_linodes_per_pg: maximumLinodesPerPg = 0, maximum_pgs_per_customer: maximumPgsPerCustomer = 0 } =
      limits ?? {};
    return {
      id,
      label,
      country,
      status,
      siteType: region.site_type,
      capabilities,
      resolvers: [{ ipv4: resolvers.ipv4, ipv6: resolvers.ipv6 }],
      placementGroupLimits: [{ maximumLinodesPerPg, maximumPgsPerCustomer }],
    };
  },
});
