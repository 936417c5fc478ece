import { shellAssignments } from "./bundle";
import { file, type HostFile } from "./hostFile";

/** Sentry's cron monitors: they hear of each run of a timer, and alert when one is missed, fails, or does not end. */
export interface CheckIns {
  /** `https://KEY@HOST/PROJECT`. */
  dsn: string;
  /** Tells stacks apart that share monitors. */
  environment: string;
}

interface Schedules {
  site: string;
  /** As systemd writes them. */
  schedule: string;
  drill: string;
}

/** What `scripts/check-in.sh` reads. */
export function checkInFile({ dsn, environment }: CheckIns, { site, schedule, drill }: Schedules): HostFile {
  const { protocol, host, pathname, username } = new URL(dsn);
  const [, path = "", project = ""] = /^(.*)\/(\d+)$/.exec(pathname) ?? [];
  return file(
    "/etc/trinode/check-in.env",
    0o600,
    shellAssignments({
      CRONS: `${protocol}//${host}${path}/api/${project}/cron`,
      PUBLIC_KEY: username,
      SLUG: site,
      ENVIRONMENT: environment,
      MONITOR_BACKUP: monitor(schedule),
      MONITOR_DRILL: monitor(drill),
    }),
  );
}

/** Minutes after which a run is missed, and after which one that has begun has failed: as long as its unit lets it run. */
const limits = { checkin_margin: 30, max_runtime: 480 };

/** What Sentry is to expect, as JSON; empty for times that cron can't say: then the monitor is made by hand in Sentry. */
function monitor(schedule: string): string {
  const crontab = toCrontab(schedule);
  return crontab === undefined
    ? ""
    : JSON.stringify({ schedule: { type: "crontab", value: crontab }, ...limits, timezone: "UTC" });
}

const days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const shorthands: Record<string, string> = { hourly: "0 * * * *", daily: "0 0 * * *", weekly: "0 0 * * 1" };

/** Every day, or days of the week, at one time (UTC), as cron writes it; `undefined` for anything else. */
export function toCrontab(calendar: string): string | undefined {
  const text = calendar.trim().toLowerCase().replace(/ utc$/, "");
  if (shorthands[text]) return shorthands[text];
  const [, named, hour, minute] = /^(?:([a-z,]+) )?(?:\*-\*-\* )?(\d{1,2}):(\d{2})(?::00)?$/.exec(text) ?? [];
  if (hour === undefined || minute === undefined) return undefined;
  const weekdays = named?.split(",").map((name) => days.indexOf(name.slice(0, 3)));
  return `${Number(minute)} ${Number(hour)} * * ${weekdays?.join(",") ?? "*"}`;
}
