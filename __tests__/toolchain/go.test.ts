import { isSelfUpdating } from "../../toolchain/go";

it.each([
  [[1, 19], false],
  [[1, 20], false],
  [[1, 21], true],
  [[1, 26], true],
  [[2, 0], true],
])("Go %j gets newer versions by itself: %s", (version, expected) => {
  expect(isSelfUpdating(version)).toBe(expected);
});
