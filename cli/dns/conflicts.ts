/** A record of a zone, as Linode keeps it. */
export interface ZoneRecord {
  id: number;
  type: string;
  /** Without the zone; empty for the zone itself. */
  name: string;
  target: string;
}

/** A record that is going to be made. */
export type Wanted = Pick<ZoneRecord, "name" | "type">;

/**
 * Records beside which a new one of the same name would lead some visitors elsewhere, or can't be.
 * @param ours addresses of the machine that the new ones lead to
 */
export function conflicts(records: ZoneRecord[], wanted: Wanted[], ours: string[]): ZoneRecord[] {
  return records.filter(
    ({ name, type, target }) =>
      !ours.includes(target.toLowerCase()) &&
      wanted.some((one) => one.name === name.toLowerCase() && (type === "CNAME" || type === one.type)),
  );
}
