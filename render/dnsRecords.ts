/** A record that a name needs to point to the web server. */
export interface DnsRecord {
  name: string;
  type: "A" | "AAAA";
}

/** Both families for each name. */
export function dnsRecords(names: string[]): DnsRecord[] {
  return names.flatMap((name): DnsRecord[] => [
    { name, type: "A" },
    { name, type: "AAAA" },
  ]);
}

/** Records as in a zone file; those without a target are left out. */
export function recordsText(records: DnsRecord[], targets: Record<DnsRecord["type"], string>): string {
  return records
    .filter(({ type }) => targets[type])
    .map(({ name, type }) => `${name}. 300 IN ${type} ${targets[type]}`)
    .join("\n");
}

/** A name as Linode keeps it in a zone: without the zone; empty for the zone itself. @throws Error for a name outside of it */
export function relativeName(name: string, zone: string): string {
  if (name === zone) return "";
  if (name.endsWith(`.${zone}`)) return name.slice(0, -zone.length - 1);
  throw new Error(
    `trinode:dns.zone: "${name}" is not in the zone "${zone}". Remove the name, or set dns.manage to false and keep records by hand.`,
  );
}
