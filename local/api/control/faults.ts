import type { Job } from "../records";

/** An error to provoke, on the `nth` matching call and the `times - 1` after it. */
export interface FaultArgs {
  /** Match requests of this method; all by default. */
  method?: string;
  /** Match requests whose path (without `/v4`) starts with this; a fault has `path` or `work`. */
  path?: string;
  /** Match work on a Linode, e.g. `boot`. */
  work?: Job["kind"];
  /** Match work on the Linode of this label only. */
  label?: string;
  /** First matching call that is hit, from 1 (default). */
  nth?: number;
  /** How many are hit; 1 by default. */
  times?: number;
  /** Answer a request with this status instead of doing it. */
  status?: 429 | 500 | 503;
  /** Seconds for `Retry-After` with 429 and 503; 1 by default. */
  retryAfter?: number;
  /** Wait so long first; alone it makes a slow answer or slow work. */
  delayMs?: number;
  /** Let the work fail with this message. */
  failure?: string;
}

export interface Fault extends FaultArgs {
  id: number;
  /** Matching calls so far. */
  seen: number;
}

/** The faults that are set; gone when the server restarts. */
export class Faults {
  private faults: Fault[] = [];
  private last = 0;

  add(fault: FaultArgs): Fault {
    const added = { ...fault, id: ++this.last, seen: 0 };
    this.faults.push(added);
    return added;
  }

  list(): Fault[] {
    return this.faults;
  }

  clear(): void {
    this.faults = [];
  }

  /** What to do to this request, if anything. @param path without `/v4` */
  ofRequest(method: string, path: string): Fault | undefined {
    return this.hit(
      (fault) =>
        fault.path !== undefined &&
        path.startsWith(fault.path) &&
        (!fault.method || fault.method.toUpperCase() === method),
    );
  }

  /** Slows work down or throws, if so provoked. */
  async ofWork(work: Job["kind"], label: string): Promise<void> {
    const fault = this.hit((one) => one.work === work && (!one.label || one.label === label));
    if (!fault) return;
    if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
    if (fault.failure) throw new Error(fault.failure);
  }

  /** Counts the call for every fault that matches; the first one whose turn it is acts. */
  private hit(matches: (fault: Fault) => boolean): Fault | undefined {
    const due = this.faults.filter(matches).filter((fault) => {
      const first = fault.nth ?? 1;
      fault.seen += 1;
      return fault.seen >= first && fault.seen < first + (fault.times ?? 1);
    });
    return due[0];
  }
}
