import { type Finding, parseFindings } from "../../../cli/site/status/finding";
import { graphsOf } from "../../../cli/site/status/machines";
import { exitCodeOf, report, verdictOf } from "../../../cli/site/status/report";

const finding = (state: Finding["state"], more: Partial<Finding> = {}): Finding => ({
  where: "web",
  machine: "gl-prod-web",
  name: "nginx",
  state,
  text: "nginx 1.26.3",
  ...more,
});

describe("a status", () => {
  it("is read from what a server prints", () => {
    const printed = "well\tweb\tnginx\tnginx 1.26.3\t\nunwell\thost\tdisk\t95% used, 1G free\tMake room\n";
    expect(parseFindings(printed, "gl-prod-web", "web")).toEqual([
      finding("well"),
      finding("unwell", { name: "disk", text: "95% used, 1G free", remedy: "Make room" }),
    ]);
  });

  it("is not well when one thing is not, not seen when one could not be looked at, well otherwise", () => {
    const verdicts = [
      [finding("well"), finding("fact")],
      [finding("well"), finding("unseen")],
      [finding("unseen"), finding("unwell")],
    ].map(verdictOf);
    expect(verdicts).toEqual(["well", "not seen", "not well"]);
    expect(verdicts.map(exitCodeOf)).toEqual([0, 2, 1]);
  });

  it("is told in aligned lines, with what to do at the end", () => {
    const told = report([
      finding("well", { where: "outside", machine: undefined, name: "https", text: "answers 200" }),
      finding("well"),
      finding("unwell", { name: "maintenance", text: "on", remedy: "End it: ./site maintenance off" }),
    ]);
    expect(told.split("\n")).toEqual([
      "outside  https        answers 200",
      "web      nginx        nginx 1.26.3",
      "         maintenance  NOT WELL: on",
      "",
      "1 NOT WELL. What to do:",
      "  web maintenance: End it: ./site maintenance off",
    ]);
  });

  it("links to the provider's graphs", () => {
    expect(graphsOf(7)).toBe("https://cloud.linode.com/linodes/7/metrics");
    expect(graphsOf(7, "https://api.linode.com")).toBe("https://cloud.linode.com/linodes/7/metrics");
    expect(graphsOf(7, "http://127.0.0.1:8404")).toBe("http://127.0.0.1:8404/v4/linode/instances/7/stats");
  });
});
