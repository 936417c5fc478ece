import ipaddr from "ipaddr.js";
import { ofType, type Plan, type PlannedResource, type Rule } from "../plan";

/** A rule of a firewall, as `linode.Firewall` takes it. */
interface Inbound {
  label?: string;
  action?: string;
  protocol?: string;
  ports?: string;
  ipv4s?: string[];
  ipv6s?: string[];
}

const forWorld = new Set(["80", "443"]);
/** Fewer fixed bits than these are no range of one operator. */
const fewestBits = { ipv4: 8, ipv6: 16 };

export const nothingElseOpen: Rule = {
  name: "nothing-else-open",
  description: "Nothing but ports 80 and 443 is open to the world.",
  check: (plan) => [
    ...accepted(plan).flatMap(([firewall, rule]): [string, string][] => {
      if (
        !cidrsOf(rule).some(isWorld) ||
        (rule.protocol === "TCP" && portsOf(rule).every((port) => forWorld.has(port)))
      )
        return [];
      const what = `${rule.protocol} ${rule.ports ?? "all ports"}`;
      const remedy = "Let in who needs it: an address of the private network, or trinode:operators.cidrs.";
      return [[firewall.name, `its rule "${rule.label}" opens ${what} to the world. ${remedy}`]];
    }),
    ...ofType(plan, "firewall")
      .filter(({ inputs }) => inputs.inboundPolicy !== "DROP")
      .map(({ name, inputs }): [string, string] => [
        name,
        `what no rule names is let in (inboundPolicy ${String(inputs.inboundPolicy)}). Set it to DROP.`,
      ]),
  ],
};

export const firewallOfEachLinode: Rule = {
  name: "firewall-of-each-linode",
  description: "Every Linode is behind a firewall from its first moment on.",
  check: (plan) =>
    ofType(plan, "instance")
      .filter(({ inputs }) => !inputs.firewallId || Number(inputs.firewallId) <= 0)
      .map(({ name }) => [name, "it has no firewall. Give it one: firewallId, as components/linodeHost.ts does."]),
};

export const operatorsAreFew: Rule = {
  name: "operators-are-few",
  description: "Ports 22 and 5432 are for ranges of addresses that operators have, never for the world.",
  check: (plan) => [
    ...accepted(plan).flatMap(([firewall, rule]) =>
      portsOf(rule).some((port) => port === "22" || port === "5432")
        ? tooWide(cidrsOf(rule)).map((cidr): [string, string] => [
            firewall.name,
            `its rule "${rule.label}" lets ${cidr} in on ${rule.ports}. ${narrower}`,
          ])
        : [],
    ),
    ...tooWide((plan.config?.operators as { cidrs?: string[] } | undefined)?.cidrs ?? []).map(
      (cidr): [string, string] => ["trinode:operators.cidrs", `${cidr} is no operator's range. ${narrower}`],
    ),
  ],
};

const narrower = "Give the addresses that operators have in trinode:operators.cidrs, e.g. 203.0.113.7/32.";

function accepted(plan: Plan): [PlannedResource, Inbound][] {
  return ofType(plan, "firewall").flatMap((firewall) =>
    ((firewall.inputs.inbounds ?? []) as Inbound[])
      .filter(({ action }) => action !== "DROP")
      .map((rule): [PlannedResource, Inbound] => [firewall, rule]),
  );
}

function cidrsOf({ ipv4s = [], ipv6s = [] }: Inbound): string[] {
  return [...ipv4s, ...ipv6s];
}

/** `443`, `8000-8001`, …; `all` where a rule names none. */
function portsOf({ ports }: Inbound): string[] {
  return ports ? ports.split(",").map((port) => port.trim()) : ["all"];
}

/** More than half of all addresses are the world, in two halves too. */
const isWorld = (cidr: string) => bitsOf(cidr) <= 1;

function tooWide(cidrs: string[]): string[] {
  return cidrs.filter((cidr) => bitsOf(cidr) < fewestBits[cidr.includes(":") ? "ipv6" : "ipv4"]);
}

/** @returns as many as there are for what is known only later */
function bitsOf(cidr: string): number {
  return ipaddr.isValidCIDR(cidr) ? ipaddr.parseCIDR(cidr)[1] : 128;
}
