import * as fs from "node:fs";
import * as path from "node:path";

/** What this machine's kernel must allow while an instance is up. */
const SETTINGS = [
  /** Hosts reach the internet through this machine. */
  { name: "ip_forward", file: "/proc/sys/net/ipv4/ip_forward", atLeast: 1 },
  /** Each host's systemd takes about ten of root's inotify instances; of 128, as is usual, a dozen hosts would use all. */
  { name: "inotify_instances", file: "/proc/sys/fs/inotify/max_user_instances", atLeast: 8192 },
];

/** Forgotten at a reboot of this machine, as the settings are. */
const REGISTRY = "/run/trinode";

/** Raises what is too low. Remembers what was set before the first instance came. @param registry @param settings for tests */
export function raiseSettings(slot: number, registry = REGISTRY, settings = SETTINGS): void {
  fs.mkdirSync(registry, { recursive: true });
  fs.writeFileSync(path.join(registry, `slot${slot}`), "");
  for (const { name, file, atLeast } of settings) {
    const [now, before] = [fs.readFileSync(file, "utf8"), path.join(registry, name)];
    if (Number(now) >= atLeast) continue;
    if (!fs.existsSync(before)) fs.writeFileSync(before, now);
    fs.writeFileSync(file, String(atLeast));
  }
}

/** The last instance to go puts back what was set. */
export function restoreSettings(slot: number, registry = REGISTRY, settings = SETTINGS): void {
  fs.rmSync(path.join(registry, `slot${slot}`), { force: true });
  if (!fs.existsSync(registry) || fs.readdirSync(registry).some((name) => name.startsWith("slot"))) return;
  for (const { name, file } of settings) {
    const before = path.join(registry, name);
    if (fs.existsSync(before)) fs.writeFileSync(file, fs.readFileSync(before));
  }
  fs.rmSync(registry, { recursive: true });
}
