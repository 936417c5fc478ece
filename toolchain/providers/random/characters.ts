import { randomInt } from "node:crypto";

/** Which characters a random text is made of. */
export interface CharacterRule {
  length: number;
  upper: boolean;
  lower: boolean;
  numeric: boolean;
  special: boolean;
  /** At least this many of each kind, also of a kind that is off otherwise. */
  minUpper: number;
  minLower: number;
  minNumeric: number;
  minSpecial: number;
  /** The special characters to choose from; empty or absent: `defaultSpecial`. */
  overrideSpecial?: string;
}

export const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const lower = "abcdefghijklmnopqrstuvwxyz";
const digits = "0123456789";

/**
 * A text of cryptographically random characters, every permitted one equally likely at every place that a minimum
 * does not claim.
 * @throws Error if no character is permitted, or the minimums are more than the length.
 */
export function randomText(rule: CharacterRule): string {
  const special = rule.overrideSpecial || defaultSpecial;
  const permitted = [
    rule.upper ? upper : "",
    rule.lower ? lower : "",
    rule.numeric ? digits : "",
    rule.special ? special : "",
  ].join("");
  if (permitted === "") throw new Error("the character set specified is empty");
  const required = [
    ...pick(upper, rule.minUpper),
    ...pick(lower, rule.minLower),
    ...pick(digits, rule.minNumeric),
    ...pick(special, rule.minSpecial),
  ];
  if (required.length > rule.length) throw new Error("length is less than the sum of the minimums");
  return shuffle([...required, ...pick(permitted, rule.length - required.length)]).join("");
}

function pick(characters: string, count: number): string[] {
  const set = Array.from(characters);
  return Array.from({ length: Math.max(count, 0) }, () => set[randomInt(set.length)] as string);
}

/** Fisher and Yates's shuffle. */
function shuffle(items: string[]): string[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [items[last], items[other]] = [items[other] as string, items[last] as string];
  }
  return items;
}
