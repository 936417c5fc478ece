/** Rules that let an address in for a time: beside the program's own, and known by their labels. */
const label = /^admit-(\d{8}T\d{6}Z)-[a-z0-9]{6}$/;

/** A firewall's rule, as Linode's API and the state write them. */
interface Rule {
  label?: string;
  /** In the state. */
  ipv4s?: string[];
  ipv6s?: string[];
}

/** When a rule with this label is to be gone; `undefined` for one of the program's own. */
export function expiryOf({ label: text = "" }: { label?: string }): Date | undefined {
  const [, year, month, day, hour, minute, second] =
    /^admit-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(label.test(text) ? text : "") ?? [];
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** A label for rules that are to be gone by then. @param id six letters or digits, another each time */
export function labelUntil(until: Date, id: string): string {
  return `admit-${until.toISOString().replace(/[-:]|\.\d+/g, "")}-${id}`;
}

/** Addresses that a firewall's inputs in the state let in for a time. */
export function admissionsIn(inputs: Record<string, unknown>): string[] {
  const rules = inboundsOf(inputs).filter((rule) => expiryOf(rule) !== undefined);
  return rules.flatMap(({ ipv4s = [], ipv6s = [] }) => [...ipv4s, ...ipv6s]);
}

/** A firewall's inputs without what is let in for a time. */
export function withoutAdmissions(inputs: Record<string, unknown>): Record<string, unknown> {
  return { ...inputs, inbounds: inboundsOf(inputs).filter((rule) => expiryOf(rule) === undefined) };
}

function inboundsOf({ inbounds }: Record<string, unknown>): Rule[] {
  return Array.isArray(inbounds) ? (inbounds as Rule[]) : [];
}
