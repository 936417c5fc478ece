import { admitting, type ApiRule, changeRules, expelling, firewallsOf } from "../../../../cli/site/admit/firewalls";
import { admissionsIn, expiryOf, labelUntil, withoutAdmissions } from "../../../../cli/site/admit/rules";
import type { LinodeApi } from "../../../../cli/linodeApi";

const rule = (label: string, ports: string): ApiRule => ({ label, ports, action: "ACCEPT", protocol: "TCP" });
const database = [
  rule("ssh-operators", "22"),
  rule("postgresql-app", "5432"),
  rule("postgresql-operators", "5432"),
  rule("web", "80, 443"),
];
const until = new Date("2026-01-02T03:04:05Z");
const label = "admit-20260102T030405Z-abc123";

describe("the label of an admission", () => {
  it("says when it ends, and is one that Linode takes", () => {
    expect(labelUntil(until, "abc123")).toBe(label);
    expect(label.length).toBeLessThanOrEqual(32);
    expect(expiryOf({ label })).toEqual(until);
  });

  it.each(["ssh-operators", "admit-me", "admit-20260102T030405Z-abc1234", `x${label}`, ""])("is none: %j", (other) => {
    expect(expiryOf({ label: other })).toBeUndefined();
  });
});

describe("a firewall that lets somebody in for a time", () => {
  it("does so by one rule, for the ports of operators alone", () => {
    const addresses = { ipv4: ["203.0.113.7/32"], ipv6: ["2001:db8::7/128"] };
    expect(admitting(database, label, ["203.0.113.7/32", "2001:db8::7/128"])).toEqual([
      ...database,
      { ...rule(label, "22, 5432"), addresses },
    ]);
    expect(admitting([rule("ssh-operators", "22")], label, ["203.0.113.7/32"])[1]).toEqual({
      ...rule(label, "22"),
      addresses: { ipv4: ["203.0.113.7/32"] },
    });
  });

  it("does so once, and not where the program lets no operator in", () => {
    const once = admitting(database, label, ["203.0.113.7/32"]);
    expect(admitting(once, label, ["203.0.113.7/32"])).toBe(once);
    expect(admitting([rule("by-hand", "22")], label, ["203.0.113.7/32"])).toEqual([rule("by-hand", "22")]);
  });

  it("takes him out, with those whose time is over, and nobody else", () => {
    const younger = rule(labelUntil(new Date("2026-01-02T05:00:00Z"), "zzzzzz"), "22");
    const all = [...database, rule(label, "22"), younger, rule("admit-me", "22")];
    const now = new Date("2026-01-02T04:00:00Z");
    expect(expelling(all, undefined, now)).toEqual([...database, younger, rule("admit-me", "22")]);
    expect(expelling(all, younger.label, now)).toEqual([...database, rule("admit-me", "22")]);
    expect(expelling(all, undefined, new Date("2026-01-02T03:00:00Z"))).toEqual(all);
  });

  it("is known in the state by its label", () => {
    const inbounds = [
      { label: "ssh-operators", ipv4s: ["198.51.100.0/24"] },
      { label, ipv4s: ["203.0.113.7/32"], ipv6s: ["2001:db8::7/128"] },
    ];
    expect(admissionsIn({ inbounds })).toEqual(["203.0.113.7/32", "2001:db8::7/128"]);
    expect(withoutAdmissions({ inbounds, tags: [] })).toEqual({ inbounds: [inbounds[0]], tags: [] });
    expect(firewallsOf([{ urn: "", type: "linode:index/firewall:Firewall", outputs: { id: "1003" } }])).toEqual([1003]);
  });
});

describe("a change of a firewall's rules", () => {
  /** A Linode where somebody else writes over what we have written, so many times. */
  function linode(others: number) {
    let [inbound, puts] = [[] as ApiRule[], 0];
    const call = async (method: string, _path: string, body?: { inbound: ApiRule[] }) => {
      if (method === "PUT") {
        puts += 1;
        inbound = puts <= others ? [rule("other", String(puts))] : body!.inbound;
      }
      return { inbound, inbound_policy: "DROP", outbound: [], outbound_policy: "ACCEPT" };
    };
    return { api: { call } as unknown as LinodeApi, rules: () => inbound, puts: () => puts };
  }
  const add = (inbound: ApiRule[]) =>
    inbound.some((one) => one.label === "x") ? inbound : [...inbound, rule("x", "22")];

  it("is written again when somebody else has written in between, beside what he wrote", async () => {
    const { api, rules, puts } = linode(2);
    expect(await changeRules(api, 1, add)).toBe(true);
    expect([rules(), puts()]).toEqual([[rule("other", "2"), rule("x", "22")], 3]);
  });

  it("writes nothing where nothing is to be changed, and gives up when it never holds", async () => {
    const { api, puts } = linode(0);
    expect(await changeRules(api, 1, (inbound) => inbound)).toBe(false);
    expect(puts()).toBe(0);
    await expect(changeRules(linode(99).api, 1, add)).rejects.toThrow("somebody else changes its rules all the time");
  });
});
