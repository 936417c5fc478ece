import { resolve } from "node:path";
import { findSource } from "../../../cli/site/release";
import { type ReleaseRecord, releasesTable } from "../../../cli/site/releases";
import { chooseRelease, refusal } from "../../../cli/site/rollback";

const release = (id: string, state: ReleaseRecord["state"], activatedAt: string | null): ReleaseRecord => ({
  id,
  state,
  activatedAt,
  madeAt: "2026-11-01T10:00:00Z",
});

const releases = [
  release("cccccccccccc", "failed", null),
  release("bbbbbbbbbbbb", "live", "2026-11-03T10:00:00Z"),
  release("aaaaaaaaaaaa", "kept", "2026-11-02T10:00:00Z"),
  release("abcabcabcabc", "kept", "2026-11-01T10:00:00Z"),
];

describe("going back", () => {
  it("means the release that served last, when none is named", () => {
    expect(chooseRelease(releases).id).toBe("aaaaaaaaaaaa");
  });

  it("means the one that is named, also in short", () => {
    expect(chooseRelease(releases, "abc").id).toBe("abcabcabcabc");
  });

  it.each([
    ["a", /could be aaaaaaaaaaaa or abcabcabcabc/],
    ["bbb", /serves already/],
    ["ccc", /never served.*Kept: aaaaaaaaaaaa, abcabcabcabc/],
    ["ddd", /no release "ddd".*Kept: aaaaaaaaaaaa, abcabcabcabc/],
  ])("is refused with a sentence: %s", (wanted, sentence) => {
    expect(() => chooseRelease(releases, wanted)).toThrow(sentence);
  });

  it("is refused when there is nothing to go back to", () => {
    expect(() => chooseRelease(releases.slice(0, 2))).toThrow(/none is kept/);
  });

  it("says why the database does not fit, and which ways there are", () => {
    const fit = {
      fits: false,
      reasons: ["lending.0004: adds a column that may not be empty"],
      modes: ["migrate" as const],
    };
    expect(refusal("aaaaaaaaaaaa", "plain", fit)).toBe(
      "release aaaaaaaaaaaa does not fit the database any more:\n  lending.0004: adds a column that may not be empty\nIt can be gone back to with --migrate.",
    );
    expect(refusal("aaaaaaaaaaaa", "restore", fit)).toMatch(/can't be gone back to with --restore.*with --migrate/);
    expect(refusal("aaaaaaaaaaaa", "plain", { ...fit, modes: [] })).toMatch(/Make a release of it/);
  });

  it("is prepared by a list", () => {
    expect(releasesTable(releases).split("\n")[2]).toBe("bbbbbbbbbbbb  live    2026-11-03T10:00:00Z");
  });
});

describe("a source that is named", () => {
  it("counts from where the command was called, and is written as Pulumi.yaml's directory sees it", () => {
    expect(findSource("site", resolve("examples/gamelenders"))).toBe("examples/gamelenders/site");
    expect(findSource("..", resolve("examples/gamelenders"))).toBe("examples");
    expect(findSource("/tmp", process.cwd())).toBe("/tmp");
    expect(findSource("git+https://example.org/site.git@main", "/")).toBe("git+https://example.org/site.git@main");
  });

  it("is refused when it is not there", () => {
    expect(() => findSource("nothing.zip", process.cwd())).toThrow(/no file or directory .*nothing\.zip/);
  });
});
