import type { Cloud } from "../cloud";
import { must } from "../errors";
import type { Domain, Entity } from "../records";
import type { CreateDomain, UpdateDomain } from "../schemas/domains";
import { linodeTime } from "../time";
import { Checks, tagsOf } from "./checks";
import { notify } from "./events";

/** Times to live that Linode knows, in seconds; others are rounded up. */
const timesToLive = [0, 30, 120, 300, 3600, 7200, 14400, 28800, 57600, 86400, 172800, 345600, 604800, 1209600, 2419200];

export const rounded = (seconds: number): number => timesToLive.find((known) => known >= seconds) ?? 2419200;

export const find = ({ store }: Cloud, id: number): Domain => must(store.get("domain", id));

export const domainEntity = ({ id, domain }: Domain): Entity => ({
  id,
  type: "domain",
  label: domain,
  url: `/v4/domains/${id}`,
});

/** https://techdocs.akamai.com/linode-api/reference/post-domain */
export async function create(cloud: Cloud, body: CreateDomain): Promise<Domain> {
  const checks = new Checks();
  checkName(cloud, checks, body.domain);
  checkType(checks, body.type, body);
  checks.done();
  const domain = cloud.store.write(() => {
    const now = linodeTime();
    const made: Domain = {
      ...blank,
      id: cloud.store.nextId(),
      domain: body.domain.toLowerCase(),
      type: body.type,
      created: now,
      updated: now,
    };
    const put = cloud.store.put("domain", { ...made, ...fieldsOf(body) });
    notify(cloud, "domain_create", domainEntity(put));
    return put;
  });
  await cloud.hosts.applyNames();
  return domain;
}

/** https://techdocs.akamai.com/linode-api/reference/put-domain */
export async function update(cloud: Cloud, id: number, body: UpdateDomain): Promise<Domain> {
  const before = find(cloud, id);
  const checks = new Checks();
  if (body.domain != null && body.domain.toLowerCase() !== before.domain) checkName(cloud, checks, body.domain);
  checkType(checks, body.type ?? before.type, { ...before, ...fieldsOf(body) });
  checks.done();
  const domain = cloud.store.write(() => {
    const names = {
      ...(body.domain != null ? { domain: body.domain.toLowerCase() } : {}),
      ...(body.type != null ? { type: body.type } : {}),
    };
    const changed = cloud.store.update("domain", id, { ...names, ...fieldsOf(body), updated: linodeTime() });
    notify(cloud, "domain_update", domainEntity(changed));
    return changed;
  });
  await cloud.hosts.applyNames();
  return domain;
}

export async function remove(cloud: Cloud, id: number): Promise<void> {
  const domain = find(cloud, id);
  cloud.store.write(() => {
    for (const record of cloud.store.list("record", (one) => one.domain === id))
      cloud.store.remove("record", record.id);
    cloud.store.remove("domain", id);
    notify(cloud, "domain_delete", domainEntity(domain));
  });
  await cloud.hosts.applyNames();
}

function checkName({ store }: Cloud, checks: Checks, name: string): void {
  const lower = name.toLowerCase();
  const valid = /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z0-9-]{2,63}$/.test(lower);
  if (!checks.that(valid, "Domain is not valid.", "domain")) return;
  checks.that(
    store.list("domain", (other) => other.domain === lower).length === 0,
    "Domain already exists in our database.",
    "domain",
  );
}

function checkType(
  checks: Checks,
  type: string,
  { soa_email, master_ips }: Pick<UpdateDomain, "soa_email" | "master_ips">,
): void {
  if (type === "master" && checks.that(Boolean(soa_email), "soa_email required when type=master", "soa_email")) {
    checks.that(/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(soa_email ?? ""), "soa_email is not valid", "soa_email");
  }
  if (type === "slave") checks.that((master_ips ?? []).length > 0, "master_ips required when type=slave", "master_ips");
}

function fieldsOf(body: UpdateDomain): Partial<Domain> {
  const fields: Partial<Domain> = {};
  for (const key of ["description", "group", "soa_email"] as const) if (body[key] != null) fields[key] = body[key];
  for (const key of ["ttl_sec", "retry_sec", "refresh_sec", "expire_sec"] as const)
    if (body[key] != null) fields[key] = rounded(body[key]);
  for (const key of ["master_ips", "axfr_ips"] as const) if (body[key] != null) fields[key] = body[key];
  if (body.tags != null) fields.tags = tagsOf(body.tags);
  if (body.status === "active" || body.status === "disabled") fields.status = body.status;
  return fields;
}

const blank = {
  status: "active" as const,
  description: "",
  group: "",
  tags: [],
  soa_email: "",
  retry_sec: 0,
  expire_sec: 0,
  refresh_sec: 0,
  ttl_sec: 0,
  master_ips: [],
  axfr_ips: [],
};
