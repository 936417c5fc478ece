import { readFileSync } from "node:fs";

/** When a process began, in ticks since this machine did (Linux): with its number it names a process for good. `undefined` when it runs no more. */
export function startTime(pid: number): number | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return undefined;
  }
  // The name stands in parentheses and may contain anything. Z and X: it has ended and only waits to be read.
  const [state = "X", ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return "ZX".includes(state) ? undefined : Number(rest[18]);
}

/**
 * Whether a process of this machine runs still.
 * @param began its {@link startTime}: numbers are given to others later
 */
export function isRunning(pid: number, began?: number): boolean {
  if (process.platform !== "linux") return answers(pid);
  const now = startTime(pid);
  return now !== undefined && (began === undefined || began === now);
}

/** What a running process is called, at most 15 characters of it (Linux); `undefined` where that can't be known. */
export function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** Where there is no /proc. */
function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
