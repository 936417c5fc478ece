import * as fs from "node:fs";
import * as path from "node:path";

/** Forgotten at a reboot of this machine, as the sysctl is. */
const REGISTRY = "/run/trinode";
const SYSCTL = "/proc/sys/net/ipv4/ip_forward";

/** Hosts reach the internet through this machine. Remembers what was set before the first instance came. */
export async function enableForwarding(slot: number): Promise<void> {
  fs.mkdirSync(REGISTRY, { recursive: true });
  const before = path.join(REGISTRY, "ip_forward");
  if (!fs.existsSync(before)) fs.writeFileSync(before, fs.readFileSync(SYSCTL));
  fs.writeFileSync(path.join(REGISTRY, `slot${slot}`), "");
  fs.writeFileSync(SYSCTL, "1");
}

/** The last instance to go puts back what was set. */
export async function disableForwarding(slot: number): Promise<void> {
  fs.rmSync(path.join(REGISTRY, `slot${slot}`), { force: true });
  const before = path.join(REGISTRY, "ip_forward");
  if (!fs.existsSync(before) || fs.readdirSync(REGISTRY).some((name) => name.startsWith("slot"))) return;
  fs.writeFileSync(SYSCTL, fs.readFileSync(before));
  fs.rmSync(REGISTRY, { recursive: true });
}
