import * as ipaddr from "ipaddr.js";
import type { FirewallRule, FirewallRules, HostLink } from "../driver";
import { type Addresses, linkDevice } from "./addressing";

export interface FirewalledHost {
  id: number;
  links: HostLink[];
  firewall: FirewallRules | null;
}

export interface RulesetOptions {
  addresses: Addresses;
  /** Outgoing 25, 465 and 587 pass. New Linode accounts have them blocked. */
  mail: boolean;
}

/** Ports that Linode blocks outwards on new accounts: https://techdocs.akamai.com/cloud-computing/docs/send-email */
const MAIL_PORTS = "{ 25, 465, 587 }";
const NEIGHBOURS = "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-solicit } accept";

/**
 * The complete ruleset of the hosts' network as text for `nft -f`, which replaces it in one transaction: every packet
 * sees either the old or the new one. Connection tracking is not touched, so what is established stays.
 */
export function renderRuleset(hosts: FirewalledHost[], options: RulesetOptions): string {
  const { gateway, gateway6, acme, objects } = options.addresses;
  const walled = hosts.filter((host) => host.firewall);
  const outbound = verdicts("iifname", walled, "out");
  const inbound = verdicts("oifname", walled, "in");
  const vpcDevices = links(hosts).filter(({ link }) => link.purpose === "vpc");
  return `table inet trinode {}
delete table inet trinode
table inet trinode {
${sourceSet("sources4", "ipv4_addr", hosts, "ipv4")}
${sourceSet("sources6", "ipv6_addr", hosts, "ipv6")}
  # A host sends from its own addresses only. Each VPC is tracked apart: two may use the same addresses.
  chain prerouting {
    type filter hook prerouting priority raw; policy accept;
    iifname "h*" meta nfproto ipv4 iifname . ip saddr != @sources4 drop
    iifname "h*" meta nfproto ipv6 ip6 saddr != { ::, fe80::/10 } iifname . ip6 saddr != @sources6 drop
    ${zones(vpcDevices)}
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
    ${outbound}
    ${options.mail ? "" : `iifname "h*" ${except(vpcDevices)} tcp dport ${MAIL_PORTS} drop`}
    ${inbound}
  }
  # What the network itself offers: names, packages, certificates, objects.
  chain input {
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iifname "lo" accept
    ${NEIGHBOURS}
    iifname "h*" ${only(vpcDevices)} drop
    ${outbound}
    meta l4proto { icmp, ipv6-icmp } accept
    ip daddr ${gateway} meta l4proto { tcp, udp } th dport 53 accept
    ip6 daddr ${gateway6} meta l4proto { tcp, udp } th dport 53 accept
    iifname "h*" ip daddr ${gateway} tcp dport 3142 accept
    ip daddr { ${acme}, ${objects} } tcp dport 443 accept
  }
  chain output {
    type filter hook output priority filter; policy accept;
    ct state established,related accept
    ${NEIGHBOURS}
    ${inbound}
  }
${walled.map((host) => hostChains(host.id, host.firewall as FirewallRules)).join("\n")}
}
`;
}

interface Device {
  name: string;
  id: number;
  link: HostLink;
}

function links(hosts: FirewalledHost[]): Device[] {
  return hosts.flatMap((host) =>
    host.links.map((link, index) => ({ name: linkDevice(host.id, index), id: host.id, link })),
  );
}

function verdicts(key: "iifname" | "oifname", hosts: FirewalledHost[], chain: "in" | "out"): string {
  const devices = links(hosts);
  if (devices.length === 0) return "";
  return `${key} vmap { ${devices.map(({ name, id }) => `"${name}" : jump ${chain}${id}`).join(", ")} }`;
}

const deviceSet = (devices: Device[]) => `{ ${devices.map(({ name }) => `"${name}"`).join(", ")} }`;
const except = (devices: Device[]) => (devices.length ? `iifname != ${deviceSet(devices)}` : "");
const only = (devices: Device[]) => (devices.length ? `iifname ${deviceSet(devices)}` : `iifname "none"`);

/** A zone has 16 bits; two VPCs whose ids are a multiple of 65535 apart share one, which only matters for equal flows. */
function zones(devices: Device[]): string {
  if (devices.length === 0) return "";
  const elements = devices.map(({ name, link }) => `"${name}" : ${((link.vpc?.id ?? 0) % 65535) + 1}`);
  return `ct zone set iifname map { ${elements.join(", ")} }`;
}

function sourceSet(name: string, type: string, hosts: FirewalledHost[], kind: "ipv4" | "ipv6"): string {
  const elements = links(hosts).flatMap((device) =>
    device.link.addresses
      .map((cidr) => ipaddr.parse(cidr.split("/")[0] ?? ""))
      .filter((address) => address.kind() === kind)
      .map((address) => `"${device.name}" . ${address.toString()}`),
  );
  const content = elements.length ? ` elements = { ${elements.join(", ")} }` : "";
  return `  set ${name} { type ifname . ${type};${content} }`;
}

/** `return` lets the packet go on to the other host's rules: allowed to leave is not allowed to enter. */
function hostChains(id: number, rules: FirewallRules): string {
  const chain = (name: string, list: FirewallRule[], policy: string, side: "saddr" | "daddr") =>
    `  chain ${name}${id} {\n${[...list.flatMap((rule) => ruleLines(rule, side)), verdict(policy)]
      .map((line) => `    ${line}\n`)
      .join("")}  }`;
  return [
    chain("out", rules.outbound, rules.outboundPolicy, "daddr"),
    chain("in", rules.inbound, rules.inboundPolicy, "saddr"),
  ].join("\n");
}

const verdict = (action: string) => (action === "ACCEPT" ? "return" : "drop");

function ruleLines(rule: FirewallRule, side: "saddr" | "daddr"): string[] {
  const line = (cidr: string, family: "ip" | "ip6") =>
    `${family} ${side} ${network(cidr)} ${protocolMatch(rule, family)} ${verdict(rule.action)}`;
  return [...(rule.ipv4 ?? []).map((cidr) => line(cidr, "ip")), ...(rule.ipv6 ?? []).map((cidr) => line(cidr, "ip6"))];
}

/** The network of an address with prefix: `10.0.0.5/24` is `10.0.0.0/24`; without a prefix, the address alone. */
function network(cidr: string): string {
  if (!cidr.includes("/")) return cidr;
  const [address, prefix] = ipaddr.parseCIDR(cidr);
  const base =
    address.kind() === "ipv4" ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr);
  return `${base.toString()}/${prefix}`;
}

function protocolMatch(rule: FirewallRule, family: "ip" | "ip6"): string {
  switch (rule.protocol) {
    case "TCP":
    case "UDP": {
      const protocol = rule.protocol.toLowerCase();
      return rule.ports ? `${protocol} dport { ${portRanges(rule.ports)} }` : `meta l4proto ${protocol}`;
    }
    case "ICMP":
      return `meta l4proto ${family === "ip" ? "icmp" : "ipv6-icmp"}`;
    case "IPENCAP":
      return "meta l4proto 4";
  }
}

/** nft refuses a set whose elements overlap, Linode does not: `22, 20-25` becomes `20-25`. */
function portRanges(ports: string): string {
  const ranges = ports
    .split(",")
    .map((part) => part.split("-").map((port) => Number(port.trim())))
    .map(([first = 0, last = first]) => ({ first, last }))
    .sort((a, b) => a.first - b.first);
  const merged: { first: number; last: number }[] = [];
  for (const range of ranges) {
    const previous = merged.at(-1);
    if (previous && range.first <= previous.last + 1) previous.last = Math.max(previous.last, range.last);
    else merged.push({ ...range });
  }
  return merged.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(", ");
}

/** What this machine does for the hosts' network: NAT to the internet, and nobody from outside gets in. */
export function renderOperatorRuleset(table: string, addresses: Addresses): string {
  return `table inet ${table} {}
delete table inet ${table}
table inet ${table} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${addresses.publicIpv4} oifname != "${table}" masquerade
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    iifname "${table}" ip daddr 198.18.0.0/15 drop
    iifname "${table}" ip saddr != ${addresses.publicIpv4} drop
    iifname "${table}" tcp flags syn tcp option maxseg size set rt mtu
    iifname "${table}" accept
    oifname "${table}" ct state established,related accept
    oifname "${table}" drop
  }
  chain input {
    type filter hook input priority filter; policy accept;
    iifname "${table}" ct state established,related accept
    iifname "${table}" meta l4proto { icmp, ipv6-icmp } accept
    iifname "${table}" ip saddr ${addresses.gateway} ip daddr ${addresses.operator} meta l4proto { tcp, udp } th dport 53 accept
    iifname "${table}" drop
  }
}
`;
}
