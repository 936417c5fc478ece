/** What the resources of the provider's framework half have in common. */

/** Linode's times have no zone; states say that it is UTC. */
export function instant(time: string): string;
export function instant(time: string | null | undefined): string | null;
export function instant(time: string | null | undefined): string | null {
  if (time === null || time === undefined) return null;
  return time.endsWith("Z") ? time : `${time}Z`;
}

/** Ids of a resource inside another, as `pulumi import` takes them: `123,456`. @throws Error naming the format. */
export function importIds(id: string, parent: string): [number, number] {
  const [, outer, inner] = /^(\d+),\s*(\d+)$/.exec(id) ?? [];
  if (outer === undefined || inner === undefined) {
    throw new Error(
      `Unexpected Import Identifier: Expected import identifier with format: ${parent}, id. Got: ${JSON.stringify(id)}`,
    );
  }
  return [Number(outer), Number(inner)];
}

/** The error with what was tried in front of it, in the framework's form. */
export function failed(what: string, error: unknown): Error {
  return new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
}

/** Runs a request; an error says what was tried. */
export async function attempt<Answer>(what: string, run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    throw failed(what, error);
  }
}
