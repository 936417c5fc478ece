import type { LinodeApi } from "../../../cli/linodeApi";
import type { LocalSettings } from "../../../cli/localLinode";
import type { Stack } from "../../../cli/pulumi";
import { describe as describeStack } from "../../../cli/rehearse";
import type { Finding } from "../../../cli/site/status/finding";
import type { SiteCommand } from "./siteCommand";
import { onHost } from "./ssh";

/** A production that stands on a local Linode, and what tests do with it. */
export interface Standing {
  local: LocalSettings;
  stack: Stack;
  site: SiteCommand;
  api: LinodeApi;
}

/** A verb's findings, as `--json` prints them. */
export interface Looked {
  verdict: string;
  findings: Finding[];
}

/** What is not well, a line each. */
export const unwell = ({ findings }: Looked) =>
  findings.filter(({ state }) => state === "unwell").map(({ name, text }) => `${name}: ${text}`);

/** A verb that looks at something, whatever it finds. */
export async function look(site: SiteCommand, args: string[]): Promise<Looked & { code: number | null }> {
  const { code, stdout, stderr } = await site.run(["--json", ...args]);
  if (stdout === "") throw new Error(`./site ${args.join(" ")}: exit ${code}: ${stderr}`);
  return { code, ...(JSON.parse(stdout) as Looked) };
}

/** Runs a command on a server as root. */
export async function on(
  { local, stack }: Standing,
  role: "web" | "app" | "database",
  command: string,
): Promise<string> {
  return onHost(local.directory, (await describeStack(stack, local)).addresses[role], command);
}

interface Rules {
  inbound: { label?: string; ports?: string; addresses?: { ipv4?: string[]; ipv6?: string[] } }[];
  inbound_policy: string;
  outbound: object[];
  outbound_policy: string;
}

/** The rules of a role's firewall at Linode. */
export async function firewallOf({ api, stack }: Standing, role: string) {
  const label = `gamelenders-${stack.name}-${role}`;
  const [firewall] = await api.find<{ id: number; label: string }>("/networking/firewalls", { label });
  const path = `/networking/firewalls/${firewall?.id}/rules`;
  const { inbound, inbound_policy, outbound, outbound_policy } = await api.call<Rules>("GET", path);
  const set = (wanted: object[]) =>
    api.call("PUT", path, { inbound_policy, outbound, outbound_policy, inbound: wanted });
  return {
    inbound,
    /** Beside the rules as they were. */
    add: (name: string, ports: string, from: string) =>
      set([...inbound, { label: name, action: "ACCEPT", protocol: "TCP", ports, addresses: { ipv4: [from] } }]),
    drop: (name: string) => set(inbound.filter((rule) => rule.label !== name)),
  };
}
