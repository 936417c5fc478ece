import { inTurn, keepers, slotName } from "../../components/inTurn";

describe("two that take turns", () => {
  it("begin with the first, which has no name of its own and nothing to be made anew for", () => {
    const { now, before } = inTurn(0);
    expect({ now, before }).toEqual({ now: { slot: 0, generation: 0 }, before: undefined });
    expect(slotName("login", now.slot)).toBe("login");
    expect(keepers(now.generation)).toEqual({});
  });

  it.each([1, 2, 3, 4, 5])("leave the one in use as it is at change %i, and make the other one new", (count) => {
    const { now, before } = inTurn(count);
    expect(before).toEqual(inTurn(count - 1).now);
    expect(now.slot).not.toBe(before?.slot);
    expect(now).not.toEqual(inTurn(count - 2 < 0 ? 0 : count - 2).now);
  });
});
