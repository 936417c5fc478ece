import ipaddr from "ipaddr.js";
import type { Cloud } from "../cloud";
import { must } from "../errors";
import type { Domain, DomainRecord } from "../records";
import type { CreateRecord, UpdateRecord } from "../schemas/domains";
import { linodeTime } from "../time";
import { Checks } from "./checks";
import { domainEntity, find as findDomain, rounded } from "./domains";
import { notify } from "./events";

export const recordsOf = ({ store }: Cloud, domain: number): DomainRecord[] =>
  store.list("record", (one) => one.domain === domain);
export const find = (cloud: Cloud, domain: number, id: number): DomainRecord =>
  must(recordsOf(cloud, findDomain(cloud, domain).id).find((one) => one.id === id));

/** https://techdocs.akamai.com/linode-api/reference/post-domain-record */
export async function create(cloud: Cloud, domainId: number, body: CreateRecord): Promise<DomainRecord> {
  const domain = findDomain(cloud, domainId);
  const now = linodeTime();
  const checks = new Checks();
  const planned = plan(
    checks,
    domain,
    { ...blank, id: 0, domain: domain.id, type: body.type, created: now, updated: now },
    body,
  );
  checks.done();
  const record = cloud.store.write(() => {
    notify(cloud, "domain_record_create", domainEntity(domain));
    return cloud.store.put("record", { ...planned, id: cloud.store.nextId() });
  });
  await cloud.hosts.applyNames();
  return record;
}

/** https://techdocs.akamai.com/linode-api/reference/put-domain-record */
export async function update(cloud: Cloud, domainId: number, id: number, body: UpdateRecord): Promise<DomainRecord> {
  const domain = findDomain(cloud, domainId);
  const checks = new Checks();
  const planned = plan(checks, domain, { ...find(cloud, domainId, id), updated: linodeTime() }, body);
  checks.done();
  const record = cloud.store.write(() => {
    notify(cloud, "domain_record_update", domainEntity(domain));
    return cloud.store.put("record", planned);
  });
  await cloud.hosts.applyNames();
  return record;
}

export async function remove(cloud: Cloud, domainId: number, id: number): Promise<void> {
  const record = find(cloud, domainId, id);
  cloud.store.write(() => {
    cloud.store.remove("record", record.id);
    notify(cloud, "domain_record_delete", domainEntity(findDomain(cloud, domainId)));
  });
  await cloud.hosts.applyNames();
}

function plan(checks: Checks, { domain }: Domain, before: DomainRecord, body: UpdateRecord): DomainRecord {
  const record: DomainRecord = { ...before };
  for (const key of ["priority", "weight", "port"] as const) if (body[key] != null) record[key] = body[key];
  for (const key of ["service", "protocol", "tag"] as const) if (body[key] != null) record[key] = body[key];
  if (body.ttl_sec != null) record.ttl_sec = rounded(body.ttl_sec);
  if (body.target != null) record.target = body.target;
  if (body.name != null) record.name = within(body.name, domain);
  if (body.type != null) checks.that(body.type === before.type, "Record type can't be changed", "type");
  if (record.type === "SRV") service(checks, record, domain);
  if (record.type === "CAA" && record.tag === null) record.tag = "issue";
  if (record.name)
    checks.that(/^(\*\.?)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.?)*$/i.test(record.name), "Hostname is not valid", "name");
  checkTarget(checks, record);
  return record;
}

/** Linode makes the name of an SRV record out of service and protocol, and its target complete. */
function service(checks: Checks, record: DomainRecord, domain: string): void {
  checks.that(Boolean(record.service), "service is required", "service");
  const [name, protocol] = [record.service, record.protocol ?? "tcp"].map((text) => (text ?? "").replace(/^_/, ""));
  record.name = `_${name ?? ""}._${protocol ?? ""}`;
  const target = record.target.replace(/\.$/, "");
  record.target = !target ? domain : target.includes(".") ? target : `${target}.${domain}`;
}

function checkTarget(checks: Checks, { type, target }: DomainRecord): void {
  const name = /^([a-z0-9_*]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_-]+\.?$/i;
  const valid =
    type === "A"
      ? target === "[remote_addr]" || ipaddr.IPv4.isValidFourPartDecimal(target)
      : type === "AAAA"
        ? target === "[remote_addr]" || ipaddr.IPv6.isValid(target)
        : type === "TXT" || type === "CAA"
          ? target.length > 0
          : type === "MX" || type === "NS" || type === "SRV"
            ? target === "" || name.test(target)
            : name.test(target);
  const what = type === "A" ? "a valid IPv4 address" : type === "AAAA" ? "a valid IPv6 address" : "a valid target";
  checks.that(valid, `Must be ${what}`, "target");
}

/** Without the domain: `www.example.org` → `www`, `example.org` → the empty name. */
function within(name: string, domain: string): string {
  const lower = name.replace(/\.$/, "");
  if (lower.toLowerCase() === domain) return "";
  return lower.toLowerCase().endsWith(`.${domain}`) ? lower.slice(0, -domain.length - 1) : lower;
}

const blank = {
  name: "",
  target: "",
  priority: 0,
  weight: 0,
  port: 0,
  service: null,
  protocol: null,
  ttl_sec: 0,
  tag: null,
};
