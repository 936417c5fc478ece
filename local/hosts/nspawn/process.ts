import * as fs from "node:fs";

export interface ProcessStat {
  pid: number;
  parent: number;
  name: string;
  /** Z: has ended and only waits to be read. */
  state: string;
  /** Ticks since this machine started; with the pid it names a process for good. */
  startTime: number;
}

/** From /proc; `undefined` when there is no such process. */
export function processStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may contain anything.
  const end = text.lastIndexOf(")");
  const rest = text.slice(end + 2).split(" ");
  return {
    pid,
    name: text.slice(text.indexOf("(") + 1, end),
    state: rest[0] ?? "",
    parent: Number(rest[1]),
    startTime: Number(rest[19]),
  };
}

export function isAlive(pid: number, startTime?: number): boolean {
  const stat = processStat(pid);
  return !!stat && !"ZX".includes(stat.state) && (startTime === undefined || stat.startTime === startTime);
}

/** A process that has gone meanwhile is fine. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks again and again until it is so; `false` when the time is over. */
export async function until(condition: () => boolean, milliseconds: number, every = 20): Promise<boolean> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(every)) {
    if (condition()) return true;
  }
  return condition();
}
