import type { FirewallRules, HostLink } from "../../../../local/hosts/driver";
import { addressesOf } from "../../../../local/hosts/nspawn/addressing";
import { renderRuleset } from "../../../../local/hosts/nspawn/ruleset";

const publicLink: HostLink = { purpose: "public", addresses: ["198.18.0.20/24", "2001:2::14/64"] };
const vpcLink = (id: number): HostLink => ({
  purpose: "vpc",
  addresses: ["10.0.0.10/24"],
  vpc: { id, subnets: ["10.0.0.0/24"] },
});
const open: FirewallRules = { inbound: [], inboundPolicy: "ACCEPT", outbound: [], outboundPolicy: "ACCEPT" };

/** Rules of one chain of host 7. */
function chain(name: "in" | "out", rules: Partial<FirewallRules>, links = [publicLink]): string[] {
  const text = renderRuleset([{ id: 7, links, firewall: { ...open, ...rules } }], {
    addresses: addressesOf(0),
    mail: false,
  });
  const body = new RegExp(`chain ${name}7 \\{\\n([^}]*(?:\\{[^}]*\\}[^}]*)*?)\\n  \\}`).exec(text)?.[1] ?? "";
  return body.split("\n").map((line) => line.trim());
}

describe("a firewall's rules for nftables", () => {
  it("stand in the order given, the policy last", () => {
    const rule = { protocol: "TCP" as const, ipv4: ["0.0.0.0/0"] };
    expect(
      chain("in", {
        inbound: [
          { ...rule, action: "DROP", ports: "80" },
          { ...rule, action: "ACCEPT", ports: "80-90" },
        ],
        inboundPolicy: "DROP",
      }),
    ).toEqual(["ip saddr 0.0.0.0/0 tcp dport { 80 } drop", "ip saddr 0.0.0.0/0 tcp dport { 80-90 } return", "drop"]);
  });

  it("match nothing of a family that is absent or empty", () => {
    const rule = { action: "ACCEPT" as const, protocol: "UDP" as const, ports: "53" };
    expect(chain("in", { inbound: [{ ...rule, ipv6: ["::/0"] }, { ...rule, ipv4: [], ipv6: [] }, rule] })).toEqual([
      "ip6 saddr ::/0 udp dport { 53 } return",
      "return",
    ]);
  });

  it("look at the destination of what is sent", () => {
    const rule = { action: "DROP" as const, protocol: "TCP" as const, ports: "25", ipv4: ["192.0.2.7"] };
    expect(chain("out", { outbound: [rule] })).toEqual(["ip daddr 192.0.2.7 tcp dport { 25 } drop", "return"]);
  });

  it("take all ports where none is named, and both kinds of ICMP", () => {
    const all = { action: "ACCEPT" as const, ipv4: ["10.0.0.0/8"], ipv6: ["2001:db8::/32"] };
    expect(
      chain("in", {
        inbound: [
          { ...all, protocol: "TCP" },
          { ...all, protocol: "ICMP" },
          { ...all, protocol: "IPENCAP", ipv6: [] },
        ],
      }),
    ).toEqual([
      "ip saddr 10.0.0.0/8 meta l4proto tcp return",
      "ip6 saddr 2001:db8::/32 meta l4proto tcp return",
      "ip saddr 10.0.0.0/8 meta l4proto icmp return",
      "ip6 saddr 2001:db8::/32 meta l4proto ipv6-icmp return",
      "ip saddr 10.0.0.0/8 meta l4proto 4 return",
      "return",
    ]);
  });

  it.each([
    ["22, 80,443", "22, 80, 443"],
    ["20-25, 22", "20-25"],
    ["80, 81-90, 443", "80-90, 443"],
    ["443,22-24", "22-24, 443"],
  ])("write ports %s as %s", (ports, written) => {
    const rule = { action: "ACCEPT" as const, protocol: "TCP" as const, ports, ipv4: ["0.0.0.0/0"] };
    expect(chain("in", { inbound: [rule] })[0]).toBe(`ip saddr 0.0.0.0/0 tcp dport { ${written} } return`);
  });

  it("mean the network of an address with host bits", () => {
    const rule = {
      action: "ACCEPT" as const,
      protocol: "TCP" as const,
      ipv4: ["10.1.2.3/8"],
      ipv6: ["2001:db8::5/32"],
    };
    expect(chain("in", { inbound: [rule] }).slice(0, 2)).toEqual([
      "ip saddr 10.0.0.0/8 meta l4proto tcp return",
      "ip6 saddr 2001:db8::/32 meta l4proto tcp return",
    ]);
  });
});

describe("the hosts' network", () => {
  const render = (mail: boolean, firewall: FirewallRules | null = open) =>
    renderRuleset(
      [
        { id: 7, links: [publicLink, vpcLink(3)], firewall },
        { id: 8, links: [publicLink, vpcLink(4)], firewall: null },
      ],
      { addresses: addressesOf(0), mail },
    );

  it("applies a host's firewall to all its links, and none to a host without", () => {
    expect(render(false)).toContain('oifname vmap { "h7e0" : jump in7, "h7e1" : jump in7 }');
    expect(render(false, null)).not.toContain("vmap");
  });

  it("tracks each VPC apart", () => {
    expect(render(false)).toContain('ct zone set iifname map { "h7e1" : 4, "h8e1" : 5 }');
  });

  it("blocks mail on public links unless it is allowed", () => {
    expect(render(false)).toContain('iifname "h*" iifname != { "h7e1", "h8e1" } tcp dport { 25, 465, 587 } drop');
    expect(render(true)).not.toContain("25, 465");
  });

  it("lets a host send from its own addresses only", () => {
    expect(render(false)).toContain('"h7e0" . 198.18.0.20, "h7e1" . 10.0.0.10');
    expect(render(false)).toContain('"h7e0" . 2001:2::14');
  });
});

describe("a slot's addresses", () => {
  it("lie in a block of their own", () => {
    expect(addressesOf(0)).toMatchObject({
      publicIpv4: "198.18.0.0/20",
      publicIpv6: "2001:2::/64",
      gateway: "198.18.0.1",
    });
    expect(addressesOf(31)).toMatchObject({ publicIpv4: "198.19.240.0/20", publicIpv6: "2001:2:0:1f::/64" });
    expect(addressesOf(12).operator).toBe("198.18.192.2");
  });
});
