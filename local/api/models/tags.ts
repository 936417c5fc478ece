import type { Cloud } from "../cloud";
import { invalid, must } from "../errors";
import type { Tables } from "../records";
import type { CreateTag } from "../schemas/account";

const tagged = ["linode", "domain", "firewall"] as const;
type Tagged = (typeof tagged)[number];

/** All tags: those made by themselves and those that something carries. */
export function list({ store }: Cloud): { label: string }[] {
  const carried = tagged.flatMap((table) => store.list(table).flatMap((row) => row.tags));
  const labels = new Set([...store.list("tag").map((tag) => tag.id), ...carried]);
  return [...labels].sort().map((label) => ({ label }));
}

/** https://techdocs.akamai.com/linode-api/reference/post-tag */
export function create(
  cloud: Cloud,
  { label, linodes, domains, volumes, nodebalancers }: CreateTag,
): { label: string } {
  if (volumes?.length || nodebalancers?.length)
    throw invalid("Volumes and NodeBalancers are not available on the local Linode.");
  const wanted: Record<"linode" | "domain", number[]> = { linode: linodes ?? [], domain: domains ?? [] };
  for (const table of ["linode", "domain"] as const) {
    const missing = wanted[table].find((id) => !cloud.store.get(table, id));
    if (missing !== undefined)
      throw invalid(`${table === "linode" ? "Linode" : "Domain"} ${missing} was not found`, `${table}s`);
  }
  if (list(cloud).some((tag) => tag.label === label)) throw invalid("Tag already exists", "label");
  return cloud.store.write(() => {
    cloud.store.put("tag", { id: label });
    for (const table of ["linode", "domain"] as const) {
      for (const id of wanted[table])
        cloud.store.update(table, id, { tags: [...must(cloud.store.get(table, id)).tags, label] });
    }
    return { label };
  });
}

/** What carries the tag, by table. @throws ApiError 404 */
export function carriers(cloud: Cloud, label: string): { [T in Tagged]: Tables[T][] } {
  if (!list(cloud).some((tag) => tag.label === label)) must(undefined);
  return {
    linode: cloud.store.list("linode", (row) => row.tags.includes(label)),
    domain: cloud.store.list("domain", (row) => row.tags.includes(label)),
    firewall: cloud.store.list("firewall", (row) => row.tags.includes(label)),
  };
}

/** Takes it from everything that carries it. */
export function remove(cloud: Cloud, label: string): void {
  const rows = carriers(cloud, label);
  const without = (tags: string[]) => tags.filter((tag) => tag !== label);
  cloud.store.write(() => {
    cloud.store.remove("tag", label);
    for (const table of tagged)
      for (const row of rows[table]) cloud.store.update(table, row.id, { tags: without(row.tags) });
  });
}
