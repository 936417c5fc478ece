/** One thing that a cloud firewall lets in. */
export interface Inbound {
  /** Label of the rule, 3 to 32 characters. */
  label: string;
  /** As Linode writes them: `443`, `80, 443`, `8000-8001`. TCP. */
  ports: string;
  /** Who, as addresses with prefix; the world is `world`. */
  from: string[];
}

/** Everybody, in both families. */
export const world = ["0.0.0.0/0", "::/0"];

/** Labels of the rules that let operators in. */
export const operatorRules = { ssh: "ssh-operators", database: "postgresql-operators" } as const;

/** Ports on which mail is handed over; 2525 is where many providers take it, too. */
const mailPorts = "25, 465, 587, 2525";

/** Rules of a `linode.Firewall`: SSH for operators, what the role needs, nothing else in; everything out, or all but mail. */
export function firewallRules(inbound: Inbound[], operatorCidrs: string[], { catchMail = false } = {}) {
  const ssh: Inbound = { label: operatorRules.ssh, ports: "22", from: operatorCidrs };
  return {
    inboundPolicy: "DROP",
    inbounds: [ssh, ...inbound].map(({ label, ports, from }) => ({
      label,
      action: "ACCEPT",
      protocol: "TCP",
      ports,
      ...byFamily(from),
    })),
    outboundPolicy: "ACCEPT",
    ...(catchMail && {
      outbounds: [{ label: "no-mail", action: "DROP", protocol: "TCP", ports: mailPorts, ...byFamily(world) }],
    }),
  };
}

/** A family without addresses is left out: the API refuses an empty list. */
function byFamily(cidrs: string[]): { ipv4s?: string[]; ipv6s?: string[] } {
  const ipv4s = cidrs.filter((cidr) => !cidr.includes(":"));
  const ipv6s = cidrs.filter((cidr) => cidr.includes(":"));
  return { ...(ipv4s.length > 0 && { ipv4s }), ...(ipv6s.length > 0 && { ipv6s }) };
}
