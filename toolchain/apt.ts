/** Debian packages that this machine lacks. */
import { tryCommand } from "./command";

/**
 * One caller after the other: `npm start` needs packages in two places at once, and dpkg gives up at a lock. Its own time limit is
 * for others who install, such as a new machine's first upgrades; it says nothing of the package lists, hence our lock.
 */
const WAITING = ["flock", "/run/lock/trinode-apt.lock", "apt-get", "-o", "DPkg::Lock::Timeout=600"];

/** Why packages could not be installed: apt-get's last lines, or that there is none. */
export class NotInstalled extends Error {}

/**
 * Installs packages, as root or with sudo that asks for nothing. The caller has said what and why. @throws NotInstalled
 */
export async function installPackages(names: string[]): Promise<void> {
  if ((await tryCommand("apt-get", ["--version"])) === undefined) throw new NotInstalled("this machine has no apt-get");
  const first = await apt("install", "--no-install-recommends", ...names);
  if (first.code === 0) return;
  // The lists may be old, or missing as in a fresh image.
  const update = await apt("update");
  const second = update.code === 0 ? await apt("install", "--no-install-recommends", ...names) : update;
  if (second.code !== 0) throw new NotInstalled(lastLines(second.stdout + second.stderr));
}

async function apt(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const root = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const [file = "flock", ...rest] = [...root, ...WAITING, "-q", "-y", ...args];
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const result = await tryCommand(file, rest, { env });
  return result ?? { code: 127, stdout: "", stderr: `there is no ${file} here` };
}

function lastLines(text: string): string {
  return text.trimEnd().split("\n").slice(-8).join("\n");
}
