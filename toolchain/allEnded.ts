/** Waits for all of it, also when one fails, so that nothing goes on behind a failure. @throws the first failure. */
export async function allEnded(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}
