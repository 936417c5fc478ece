/** From and to, in milliseconds since 1970. */
export type Span = [from: number, to: number];

/** When something was done. */
export async function span(work: () => Promise<unknown>): Promise<Span> {
  const from = Date.now();
  await work();
  return [from, Date.now()];
}

/** In seconds. */
export const lengthOf = ([from, to]: Span) => (to - from) / 1000;
