import { commandWords, type Words } from "./commands";
import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** A program that runs all the time, beside gunicorn. */
export interface Process {
  /** e.g. `manage.py work` or `celery -A config worker`. */
  command: string;
  /** How many of it run. */
  count: number;
  /** It is asked to end by this signal, and killed when it has not within this time. */
  stopSignal: string;
  stopSeconds: number;
}

/** A command that runs at set times, never twice at once. */
export interface ScheduledCommand {
  command: string;
  /** systemd's calendar expression, e.g. `*-*-* 03:30`. */
  at: string;
  /** It is ended, as failed, when it takes longer. */
  timeoutSeconds: number;
}

/** Whose they are, and the unix user that they run as. */
export interface Owner {
  site: string;
  user: string;
}

export interface Others {
  processes: Record<string, Process>;
  schedule: Record<string, ScheduledCommand>;
}

/** How many processes these are at most, beside gunicorn's: their memory is counted. */
export function otherProcesses({ processes, schedule }: Others): number {
  const running = Object.values(processes).reduce((sum, { count }) => sum + count, 0);
  // Two scheduled commands rarely meet.
  return running + (Object.keys(schedule).length > 0 ? 1 : 0);
}

/**
 * What a site runs beside gunicorn. `apply_processes` (scripts/lib/processes.sh) puts it into supervisor and systemd once the
 * release serves; what is not in these files any more, it takes out.
 */
export function processFiles(owner: Owner, others: Others, memoryMb: number): HostFile[] {
  const processes = sorted(others.processes);
  const schedule = sorted(others.schedule);
  const commands: [string, Words][] = [...processes, ...schedule].map(([name, { command }]) => [
    name,
    commandWords(command),
  ]);
  return [
    file(
      "/etc/trinode/commands.next.json",
      0o644,
      `${JSON.stringify({ memoryMb, commands: Object.fromEntries(commands) })}\n`,
    ),
    file(
      "/etc/trinode/processes.conf",
      0o644,
      processes.map(([name, process]) => program(owner, name, process)).join("\n"),
    ),
    file("/etc/trinode/schedule", 0o644, schedule.map(([name, { at }]) => `${name}\t${at}\n`).join("")),
    ...schedule.flatMap(([name, job]) => units(owner, name, job)),
  ];
}

/** In a fixed order, so that the same configuration gives the same text. */
function sorted<T>(record: Record<string, T>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function program({ site, user }: Owner, name: string, { count, stopSignal, stopSeconds }: Process): string {
  return fill("supervisor/process.conf", { site, user, name, count, stopSignal, stopSeconds });
}

function units({ site, user }: Owner, name: string, { at, timeoutSeconds }: ScheduledCommand): HostFile[] {
  const unit = `/etc/systemd/system/trinode-job-${name}`;
  return [
    file(`${unit}.service`, 0o644, fill("systemd/job.service", { site, user, name, timeoutSeconds })),
    // A percent sign would be a specifier; no calendar expression has one.
    file(`${unit}.timer`, 0o644, fill("systemd/job.timer", { site, name, at })),
  ];
}
