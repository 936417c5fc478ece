/** How many requests an operation takes in how long. */
export interface Limit {
  requests: number;
  seconds: number;
}

/** https://techdocs.akamai.com/linode-api/reference/rate-limits (September 2026) */
export const limits = {
  usual: { requests: 1600, seconds: 60 },
  list: { requests: 200, seconds: 60 },
  images: { requests: 20, seconds: 60 },
  stats: { requests: 50, seconds: 60 },
  objectStorage: { requests: 60, seconds: 60 },
  createLinode: { requests: 20, seconds: 15 },
} as const satisfies Record<string, Limit>;

/** Where one request stands in the window of its operation. */
export interface Allowance {
  /** After this request. */
  remaining: number;
  /** When the window ends, in milliseconds since 1970. */
  reset: number;
  exceeded: boolean;
}

/** Counts requests, each operation by itself, in windows that begin with the first request after the last one. */
export class RateLimits {
  /**
   * Whether more is refused. Counted and told in headers in any case: who waits for a machine of here looks more often than for
   * one of Linode's. Forgotten when the server ends, as provoked errors are.
   */
  enforced = false;
  private readonly windows = new Map<string, { taken: number; reset: number }>();

  /** @param operation e.g. `GET /v4/linode/instances/:id`: all instances together */
  take(operation: string, { requests, seconds }: Limit, now = Date.now()): Allowance {
    const last = this.windows.get(operation);
    const window = last && last.reset > now ? last : { taken: 0, reset: now + seconds * 1000 };
    window.taken += 1;
    this.windows.set(operation, window);
    const exceeded = this.enforced && window.taken > requests;
    return { remaining: Math.max(0, requests - window.taken), reset: window.reset, exceeded };
  }

  /** With `false`, requests are counted and nothing is refused. */
  enforce(enforced: boolean): void {
    this.enforced = enforced;
    this.windows.clear();
  }
}
