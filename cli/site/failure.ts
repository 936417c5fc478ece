/** Exit codes of `./site`. */
export const exitCodes = {
  /** Done, or well. */
  well: 0,
  /** Refused, failed, or not well. */
  failed: 1,
  /** Nothing can be said: no such stack, a server that does not answer. */
  unseen: 2,
  /** The command line makes no sense. */
  usage: 64,
} as const;

/** Ends `./site` with one sentence: what, where, what to do. */
export class SiteError extends Error {
  constructor(
    message: string,
    readonly code: number = exitCodes.failed,
  ) {
    super(message);
    this.name = "SiteError";
  }
}

/** What was thrown, as a sentence. */
export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
