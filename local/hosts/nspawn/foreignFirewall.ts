import { run } from "./command";

/**
 * Docker and ufw make iptables drop what they don't know of; accepted by our own table is not enough then, since every
 * table must let a packet pass. These rules go before theirs; our table still decides what is allowed.
 */
function rulesFor(device: string): string[][] {
  const mark = ["-m", "comment", "--comment", device, "-j", "ACCEPT"];
  return [
    ["FORWARD", "-i", device, ...mark],
    ["FORWARD", "-o", device, ...mark],
    ["INPUT", "-i", device, ...mark],
  ];
}

/** Lets the hosts' link pass where iptables drops by default; elsewhere nothing is changed. */
export async function passForeignFirewall(device: string): Promise<void> {
  const policies = await run("iptables", ["-w", "-S"]).catch(() => ""); // no iptables, nobody who uses it
  for (const [chain = "", ...rule] of rulesFor(device)) {
    if (!policies.includes(`-P ${chain} DROP`)) continue;
    const there = await run("iptables", ["-w", "-C", chain, ...rule]).then(
      () => true,
      () => false,
    );
    if (!there) await run("iptables", ["-w", "-I", chain, "1", ...rule]);
  }
}

/** Takes these rules away again. */
export async function unpassForeignFirewall(device: string): Promise<void> {
  for (const rule of rulesFor(device)) await run("iptables", ["-w", "-D", ...rule]).catch(() => undefined);
}
