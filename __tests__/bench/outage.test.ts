import { secondsAway, seenIn } from "../../bench/outage";

describe("the time that a site is away", () => {
  it("is that of every bad answer, until the next look", () => {
    const seen = seenIn("10.0 200\n10.5 503\n11.0 503\n11.75 200\n12.0 000\n12.25 200\n");
    expect(seen).toHaveLength(6);
    expect(secondsAway(seen)).toBe(1.5);
  });

  it("is none where each was good, and none where nobody looked", () => {
    expect(secondsAway(seenIn("10.0 200\n10.5 200\n"))).toBe(0);
    expect(secondsAway(seenIn(""))).toBe(0);
  });
});
