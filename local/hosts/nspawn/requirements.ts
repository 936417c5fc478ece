import * as fs from "node:fs";
import * as path from "node:path";
import { HostsUnavailable } from "../driver";
import { run } from "./command";
import type { Place } from "./addressing";

/** Programs that hosts need, with the Debian or Ubuntu package that has them. */
const PROGRAMS: Record<string, string> = {
  "systemd-nspawn": "systemd-container",
  mmdebstrap: "mmdebstrap",
  nft: "nftables",
  ip: "iproute2",
  dnsmasq: "dnsmasq-base",
  nsenter: "util-linux",
  "mkfs.ext4": "e2fsprogs",
  sysctl: "procps",
  "ssh-keygen": "openssh-client",
  openssl: "openssl",
};

/** Packages that are missing on this machine, to be installed with apt. */
export function missingPackages(): string[] {
  const missing = Object.entries(PROGRAMS).filter(([program]) => !onPath(program));
  const keyring = fs.existsSync("/usr/share/keyrings/debian-archive-keyring.gpg") ? [] : ["debian-archive-keyring"];
  return [...new Set([...missing.map(([, name]) => name), ...keyring])];
}

/** @throws HostsUnavailable with one sentence about why hosts cannot run here and one about what to do. */
export async function checkRequirements(place: Place): Promise<void> {
  if (process.platform !== "linux") {
    throw new HostsUnavailable("Hosts are systemd-nspawn machines, which need Linux.", "Use a Linux machine or a VM.");
  }
  if (process.getuid?.() !== 0) {
    throw new HostsUnavailable("Only root can run hosts.", "Run the command again with sudo.");
  }
  const missing = missingPackages();
  if (missing.length) {
    throw new HostsUnavailable(
      `This machine lacks what hosts need: ${missing.join(", ")}.`,
      `Run \`npm run local -- up\`, or \`apt-get install ${missing.join(" ")}\`.`,
    );
  }
  await checkControlGroups();
  if (place.slot < 0 || place.slot > 31 || !Number.isInteger(place.slot)) {
    throw new HostsUnavailable(`Slot ${place.slot} does not exist.`, "Use a number from 0 to 31.");
  }
  if (/[:,\\\s]/.test(place.directory + place.images)) {
    throw new HostsUnavailable(
      `The path ${place.directory} has a blank, colon, comma or backslash, which overlay mounts do not take.`,
      "Move the project to another path, or choose another directory.",
    );
  }
  if (
    !/^nodev\s+overlay$/m.test(fs.readFileSync("/proc/filesystems", "utf8")) &&
    !fs.existsSync("/sys/module/overlay")
  ) {
    await loadOverlay();
  }
  await run("unshare", ["--mount", "--propagation", "slave", "--", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).catch(
    () => {
      throw new HostsUnavailable(
        "Root may not mount file systems here, as in a container without privileges.",
        "Use a real machine, a VM, or a container with --privileged.",
      );
    },
  );
}

/** systemd-nspawn of systemd 258 and later boots nothing on control groups of version 1 or hybrid. */
async function checkControlGroups(): Promise<void> {
  if (fs.existsSync("/sys/fs/cgroup/cgroup.controllers")) return;
  const version = Number(/^systemd (\d+)/.exec(await run("systemd-nspawn", ["--version"]))?.[1]);
  if (version < 258) return;
  throw new HostsUnavailable(
    `systemd-nspawn ${version} boots no host on control groups of version 1, which this machine has.`,
    "Boot this machine with version 2, as systemd does unless systemd.unified_cgroup_hierarchy=0 stands on the kernel's command line.",
  );
}

async function loadOverlay(): Promise<void> {
  await run("modprobe", ["overlay"]).catch(() => {
    throw new HostsUnavailable(
      "This kernel has no overlay file system.",
      "Use a kernel that has it; all of Debian's do.",
    );
  });
}

function onPath(program: string): boolean {
  return (process.env.PATH ?? "")
    .split(":")
    .concat("/usr/sbin", "/sbin")
    .some((directory) => fs.existsSync(path.join(directory, program)));
}
