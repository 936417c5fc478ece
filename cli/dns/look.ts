/**
 * Looks whether names are free in a zone at Linode before records are made for them. Run by the program (`components/dnsRecords.ts`).
 * Standard input: `LookRequest` as JSON. Environment: PULUMI_COMMAND_STDOUT, what the last look printed (its names are not looked at
 * again: by now the records are ours); LINODE_TOKEN and LINODE_URL, where the request has no token.
 * Output: the names that were looked at, as JSON. Exit: 0 they are free, 1 they are not.
 */
import { text } from "node:stream/consumers";
import { LinodeApi } from "../linodeApi";
import { conflicts, type Wanted, type ZoneRecord } from "./conflicts";

export interface LookRequest {
  zone: string;
  records: Wanted[];
  /** Label of the machine that the records lead to: those that lead there already are ours. */
  label: string;
  /** Linode's. @default that of the environment */
  token?: string;
}

interface Machine {
  label: string;
  ipv4: string[];
  ipv6: string | null;
}

async function main(): Promise<void> {
  const { zone, records, label, token } = JSON.parse(await text(process.stdin)) as LookRequest;
  const before = JSON.parse(process.env.PULUMI_COMMAND_STDOUT || "[]") as string[];
  const api = new LinodeApi({ ...process.env, ...(token && { LINODE_TOKEN: token }) });
  const [domain] = await api.find<{ id: number; domain: string }>("/domains", { domain: zone });
  if (!domain) throw new Error(`the zone "${zone}" is not at Linode. Make it there first, or set dns.manage to false.`);
  const ours = (await api.find<Machine>("/linode/instances", { label })).flatMap(({ ipv4, ipv6 }) => [
    ...ipv4,
    ...(ipv6 ? [ipv6.split("/")[0]!.toLowerCase()] : []),
  ]);
  const wanted = records.filter(({ name }) => !before.includes(name));
  const found = conflicts(await api.find<ZoneRecord>(`/domains/${domain.id}/records`, {}), wanted, ours);
  if (found.length > 0) throw new Error(complaint(zone, found));
  console.log(JSON.stringify([...new Set(records.map(({ name }) => name))]));
}

function complaint(zone: string, found: ZoneRecord[]): string {
  const lines = found.map(({ name, type, target }) => `  ${name ? `${name}.` : ""}${zone}. ${type} ${target}`);
  const why = `the zone "${zone}" has records of these names already; beside them, ours would lead only some of the visitors here:`;
  return [
    why,
    ...lines,
    "Delete them in Linode's pages when the site may move, or leave the names out; then: pulumi up",
  ].join("\n");
}

main().catch((error: unknown) => {
  console.error(`trinode:dns: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
