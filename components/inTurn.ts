/** One of two that take turns, and the how-manieth it is of its own: each change of a secret makes the other one new. */
export interface Generation {
  slot: 0 | 1;
  generation: number;
}

/** Which of two is used after so many changes, and which one was before. `before` is missing before the first change. */
export function inTurn(rotation: number): { now: Generation; before?: Generation } {
  const at = (count: number): Generation => ({ slot: count % 2 === 0 ? 0 : 1, generation: Math.floor(count / 2) });
  return { now: at(rotation), ...(rotation > 0 && { before: at(rotation - 1) }) };
}

/** For a random value: it is made anew with each generation. The first one has none, as it had before there were any. */
export function keepers(generation: number): { keepers?: Record<string, string> } {
  return generation === 0 ? {} : { keepers: { generation: String(generation) } };
}

/** Name of a slot's resource; the first one's has no number. */
export function slotName(name: string, slot: Generation["slot"]): string {
  return slot === 0 ? name : `${name}-${slot + 1}`;
}
