/** `linode.getDomain`. Source: terraform-provider-linode 3.1.1, linode/domain. */
import { providerFunction } from "../../base";
import type { Page } from "../client";
import type { Linode } from "../config";
import { attempt } from "../framework";

interface DomainShape {
  id: number;
  domain: string;
  type: string;
  group: string;
  status: string;
  description: string;
  soa_email: string;
  retry_sec: number;
  master_ips: string[] | null;
  axfr_ips: string[] | null;
  expire_sec: number;
  refresh_sec: number;
  ttl_sec: number;
  tags: string[] | null;
}

export const getDomain = providerFunction<Linode, { id?: number; domain?: string }>({
  token: "linode:index/getDomain:getDomain",
  async invoke({ id, domain }, { client: linode }) {
    const found = await attempt("Failed to retrieve Linode Domain", () =>
      id === undefined ? byName(linode, domain ?? "") : linode.client.get<DomainShape>("framework", `/domains/${id}`),
    );
    return {
      id: found.id,
      domain: found.domain,
      type: found.type,
      group: found.group,
      status: found.status,
      description: found.description,
      soaEmail: found.soa_email,
      retrySec: found.retry_sec,
      expireSec: found.expire_sec,
      refreshSec: found.refresh_sec,
      ttlSec: found.ttl_sec,
      masterIps: found.master_ips ?? [],
      axfrIps: found.axfr_ips ?? [],
      tags: found.tags ?? [],
    };
  },
});

async function byName({ client }: Linode, domain: string): Promise<DomainShape> {
  const { data } = await client.get<Page<DomainShape>>("framework", "/domains?page=1", JSON.stringify({ domain }));
  const [first] = data.filter((item) => item.domain === domain);
  if (first === undefined) throw new Error(`Domain ${domain} was not found in list result`);
  return first;
}
