import { shellAssignments } from "./bundle";
import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

export interface UpkeepSettings {
  /** Which of the servers this is, from 0: each has a window of half an hour, from 03:00 UTC on. */
  turn: number;
  /** Name that the site answers to, path to ask for, and the status that is well. */
  domain: string;
  path: string;
  status: number;
  /** The web server's address, as this server reaches it. */
  webAddress: string;
}

/** Security updates by themselves, one server after the other, not while the site is unwell. */
export function upkeepFiles({ turn, domain, path, status, webAddress }: UpkeepSettings): HostFile[] {
  const health = {
    HEALTH_URL: `https://${domain}${path}`,
    HEALTH_HOST: domain,
    HEALTH_ADDRESS: webAddress,
    HEALTH_STATUS: String(status),
  };
  return [
    file("/etc/apt/apt.conf.d/20auto-upgrades", 0o644, fill("upkeep/20auto-upgrades")),
    file(
      "/etc/apt/apt.conf.d/52trinode-unattended-upgrades",
      0o644,
      fill("upkeep/52unattended-upgrades", { rebootAt: clock(180 + turn * 30 + 20) }),
    ),
    file(
      "/etc/systemd/system/apt-daily-upgrade.timer.d/trinode.conf",
      0o644,
      fill("upkeep/apt-daily-upgrade.timer", { upgradeAt: `${clock(180 + turn * 30)}:00 UTC` }),
    ),
    file(
      "/etc/systemd/system/apt-daily-upgrade.service.d/trinode.conf",
      0o644,
      fill("upkeep/apt-daily-upgrade.service"),
    ),
    file("/etc/trinode/site-health.env", 0o644, shellAssignments(health)),
  ];
}

/** Minutes of the day as 03:20. */
function clock(minutes: number): string {
  return [Math.floor(minutes / 60) % 24, minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
