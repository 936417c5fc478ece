import { EMPTY_PAGE, withFigures, withSoak } from "../../bench/measuredPage";

const table = (value?: string) => [
  { title: "Boot", note: "Of a host.", figures: [{ what: "one", aim: "3 s", value }] },
];

describe("docs/measured.md", () => {
  it("shows the figures of the last run alone", () => {
    const page = withFigures(withFigures(EMPTY_PAGE, "1234567", table("9 s")), "89abcde", table("2 s"));
    expect(page).toContain("| one | 2 s | 3 s |");
    expect(page).not.toContain("9 s");
    expect(page).toContain("commit 89abcde");
  });

  it("says of a figure that was not reached that it was not measured", () => {
    expect(withFigures(EMPTY_PAGE, "1234567", table())).toContain("| one | not measured | 3 s |");
  });

  it("keeps the results of all soaks, in order, whatever is measured afterwards", () => {
    const soaked = withSoak(withSoak(EMPTY_PAGE, "1234567", "2 of 5", "round 2 failed"), "89abcde", "10", "all passed");
    const page = withFigures(soaked, "1234567", table("2 s"));
    expect(page).toMatch(
      /\| ------ \|\n+\| \S+ \| 1234567 \| 2 of 5 \| round 2 failed \|\n\| \S+ \| 89abcde \| 10 \| all passed \|\n/,
    );
  });
});
