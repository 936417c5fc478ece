import { firewallRules, world } from "../../render/firewallRules";

describe("rules of a cloud firewall", () => {
  it("let operators in on 22, the role's clients on its ports, and nobody else anywhere", () => {
    const rules = firewallRules([{ label: "web", ports: "80, 443", from: world }], ["203.0.113.7/32"]);
    expect(rules).toEqual({
      inboundPolicy: "DROP",
      inbounds: [
        { label: "ssh-operators", action: "ACCEPT", protocol: "TCP", ports: "22", ipv4s: ["203.0.113.7/32"] },
        { label: "web", action: "ACCEPT", protocol: "TCP", ports: "80, 443", ipv4s: ["0.0.0.0/0"], ipv6s: ["::/0"] },
      ],
      outboundPolicy: "ACCEPT",
    });
  });

  it("let no mail out where it is caught", () => {
    const { outboundPolicy, outbounds } = firewallRules([], ["203.0.113.7/32"], { catchMail: true });
    expect(outboundPolicy).toBe("ACCEPT");
    expect(outbounds).toMatchObject([
      { action: "DROP", protocol: "TCP", ports: "25, 465, 587, 2525", ipv4s: ["0.0.0.0/0"], ipv6s: ["::/0"] },
    ]);
  });
});
