import ipaddr from "ipaddr.js";
import { notHere } from "../errors";
import type { Rule, RuleSet } from "../records";
import type { RuleBody, RulesBody } from "../schemas/networking";
import type { Checks } from "./checks";

// https://techdocs.akamai.com/linode-api/reference/put-firewall-rules

const maxRules = 25;
const maxAddresses = 255;
const maxPortPieces = 15;
const protocols = ["TCP", "UDP", "ICMP", "IPENCAP"] as const;

/** The rules to store, checked. @param at name of the rules in the request, e.g. `rules.`, for errors */
export function planRules(checks: Checks, body: RulesBody, at = ""): RuleSet {
  const [inbound, outbound] = [body.inbound ?? [], body.outbound ?? []];
  checks.that(
    inbound.length + outbound.length <= maxRules,
    `A firewall can have at most ${maxRules} rules, inbound and outbound together.`,
    at.replace(".", "") || undefined,
  );
  return {
    inbound:
      body.inbound === null ? null : inbound.map((rule, index) => planRule(checks, rule, `${at}inbound[${index}]`)),
    inbound_policy: body.inbound_policy,
    outbound:
      body.outbound === null ? null : outbound.map((rule, index) => planRule(checks, rule, `${at}outbound[${index}]`)),
    outbound_policy: body.outbound_policy,
  };
}

function planRule(checks: Checks, body: RuleBody, at: string): Rule {
  const protocol = protocols.find((one) => one === body.protocol);
  if (!protocol && /^(ALL|\d{1,3})$/.test(body.protocol))
    throw notHere(`A firewall rule for protocol ${body.protocol}`, `${at}.protocol`);
  checks.that(protocol !== undefined, `Must be one of: ${protocols.join(", ")}`, `${at}.protocol`);
  if (body.label != null) {
    checks.that(
      /^[a-zA-Z]((?!--|__|\.\.)[a-zA-Z0-9-_.])+$/.test(body.label),
      "Label may only contain letters, numbers, periods, dashes, and underscores.",
      `${at}.label`,
    );
  }
  checkPorts(checks, body, `${at}.ports`);
  const addresses = checkAddresses(checks, body, `${at}.addresses`);
  return {
    protocol: protocol ?? "TCP",
    addresses,
    action: body.action,
    ...(body.label != null ? { label: body.label } : {}),
    ...(body.ports ? { ports: body.ports } : {}),
    ...(body.description != null ? { description: body.description } : {}),
  };
}

/** `22`, `80-90`, `22-24, 80, 443`; wording as in Linode's own form (@linode/validation). */
function checkPorts(checks: Checks, { ports, protocol }: RuleBody, field: string): void {
  if (!ports) return;
  if (
    !checks.that(
      protocol === "TCP" || protocol === "UDP",
      "Ports are not allowed for ICMP and IPENCAP protocols.",
      field,
    )
  )
    return;
  const pieces = ports.split(/, ?/);
  const numbers = pieces.flatMap((piece) => piece.split("-"));
  if (
    !checks.that(
      pieces.every((piece) => /^[^-]+(-[^-]+)?$/.test(piece)) && numbers.every((one) => /^\d+$/.test(one)),
      "Ports must be an integer, range of integers, or a comma-separated list of integers.",
      field,
    )
  )
    return;
  checks.that(!numbers.some((one) => one.startsWith("0")), "Port must not have leading zeroes", field);
  checks.that(
    numbers.every((one) => Number(one) <= 65535),
    "Ports must be between 1 and 65535.",
    field,
  );
  const ranges = pieces
    .filter((piece) => piece.includes("-"))
    .map((piece) => piece.split("-").map(Number) as [number, number]);
  checks.that(
    ranges.every(([from, to]) => from < to),
    "Range must start with a smaller number and end with a larger number",
    field,
  );
  checks.that(
    numbers.length <= maxPortPieces,
    `Number of ports or port range endpoints exceeded. Max allowed is ${maxPortPieces}`,
    field,
  );
}

function checkAddresses(checks: Checks, { addresses }: RuleBody, field: string): Rule["addresses"] {
  const [ipv4, ipv6] = [addresses?.ipv4 ?? [], addresses?.ipv6 ?? []];
  checks.that(ipv4.length + ipv6.length > 0, "Must contain at least one IPv4 or IPv6 address", field);
  checks.that(ipv4.length + ipv6.length <= maxAddresses, `A rule can have at most ${maxAddresses} addresses.`, field);
  ipv4.forEach((one, index) =>
    checks.that(
      isCidr(one, ipaddr.IPv4),
      "Must be a valid IPv4 address or range in CIDR form",
      `${field}.ipv4[${index}]`,
    ),
  );
  ipv6.forEach((one, index) =>
    checks.that(
      isCidr(one, ipaddr.IPv6),
      "Must be a valid IPv6 address or range in CIDR form",
      `${field}.ipv6[${index}]`,
    ),
  );
  return { ...(ipv4.length > 0 ? { ipv4 } : {}), ...(ipv6.length > 0 ? { ipv6 } : {}) };
}

function isCidr(text: string, family: typeof ipaddr.IPv4 | typeof ipaddr.IPv6): boolean {
  if (!text.includes("/"))
    return family === ipaddr.IPv4 ? ipaddr.IPv4.isValidFourPartDecimal(text) : ipaddr.IPv6.isValid(text);
  return family === ipaddr.IPv4 ? ipaddr.IPv4.isValidCIDRFourPartDecimal(text) : ipaddr.IPv6.isValidCIDR(text);
}
