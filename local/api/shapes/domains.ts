import type { Domain, DomainRecord } from "../records";

export function domain(row: Domain) {
  return {
    id: row.id,
    type: row.type,
    domain: row.domain,
    tags: row.tags,
    group: row.group,
    status: row.status,
    errors: "",
    description: row.description,
    soa_email: row.soa_email,
    retry_sec: row.retry_sec,
    master_ips: row.master_ips,
    axfr_ips: row.axfr_ips,
    expire_sec: row.expire_sec,
    refresh_sec: row.refresh_sec,
    ttl_sec: row.ttl_sec,
    created: row.created,
    updated: row.updated,
  };
}

export function record({ domain: _domain, ...row }: DomainRecord) {
  const { id, type, name, target, priority, weight, port, service, protocol, ttl_sec, tag, created, updated } = row;
  return { id, type, name, target, priority, weight, port, service, protocol, ttl_sec, tag, created, updated };
}
