import { isNewEnough } from "../../../cli/offsite/restic";

describe("restic on an operator's computer", () => {
  it.each([
    ["restic 0.18.0 (Debian 0.18.0-1+b3) compiled with go1.24.4 on linux/amd64\n", true],
    ["restic 0.16.4 compiled with go1.22.2 on linux/amd64\n", true],
    ["restic 1.0.0 compiled with go1.30\n", true],
    ["restic 0.14.0 (v0.14.0-1-gdeadbee) compiled with go1.19\n", false],
    ["", false],
  ])("is taken when it can wait for a lock: %j", (said, enough) => expect(isNewEnough(said)).toBe(enough));
});
