import type { Finding } from "../status/finding";

const outside = (state: Finding["state"]) => (name: string, text: string) => ({ where: "outside", name, state, text });

/** As it should be. */
export const well: (name: string, text: string) => Finding = outside("well");

/** Neither good nor bad, or not to be told from here. */
export const fact: (name: string, text: string) => Finding = outside("fact");

/** Not as it should be. @param remedy what to do about it */
export function unwell(name: string, text: string, remedy: string): Finding {
  return { ...outside("unwell")(name, text), remedy };
}

/** Well with `text`, unless there are complaints. */
export function judged(name: string, complaints: string[], text: string, remedy: string): Finding {
  return complaints.length === 0 ? well(name, text) : unwell(name, complaints.join("; "), remedy);
}
