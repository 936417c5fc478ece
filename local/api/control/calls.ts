/** One request that was answered. */
export interface Call {
  /** In milliseconds since 1970. */
  at: number;
  method: string;
  /** As sent, with version and query. */
  url: string;
  filter?: string;
  status: number;
  /** How long the answer took. */
  ms: number;
}

const keep = 5000;

/** The newest calls, for tests and for the curious; without bodies, which hold passwords. */
export class Calls {
  private calls: Call[] = [];

  add(call: Call): void {
    this.calls.push(call);
    if (this.calls.length > 2 * keep) this.calls = this.calls.slice(-keep);
  }

  list(): Call[] {
    return this.calls.slice(-keep);
  }

  clear(): void {
    this.calls = [];
  }
}
