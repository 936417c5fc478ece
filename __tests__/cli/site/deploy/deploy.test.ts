import { worseThan } from "../../../../cli/site/probe/seen";
import { commitOf, type HistoryEntry, runOf } from "../../../../cli/site/deploy/former";
import type { Finding } from "../../../../cli/site/status/finding";

const [one, other] = ["a".repeat(40), "b".repeat(40)];
const entry = (head: string, more: Partial<HistoryEntry> = {}): HistoryEntry => ({
  ...{ kind: "update", result: "succeeded", environment: { "git.head": head, "git.dirty": "false" } },
  ...more,
});

describe("the commit that stands", () => {
  it("is that of the last update that succeeded", () => {
    const failed = entry(other, { result: "failed" });
    expect(commitOf([entry(other, { kind: "refresh" }), failed, entry(one), entry(other)])).toBe(one);
  });

  it("is the one that a deployment names, whatever lay beside it", () => {
    const environment = { "git.head": other, "git.dirty": "true" };
    expect(commitOf([entry(other, { environment, message: runOf(one) })])).toBe(one);
  });

  it.each<[string, HistoryEntry[]]>([
    ["nothing was ever brought there", []],
    [
      "it was brought with uncommitted changes",
      [entry(one, { environment: { "git.head": one, "git.dirty": "true" } })],
    ],
    ["it was brought from no repository", [entry(one, { environment: {} }), entry(other)]],
    ["what is noted is no commit", [entry("--upload-pack=x")]],
  ])("is not known when %s", (_, history) => {
    expect(commitOf(history)).toBeUndefined();
  });
});

describe("what a deployment is to blame for", () => {
  const finding = (name: string, state: Finding["state"]): Finding => ({ where: "outside", name, state, text: "" });

  it("is what is not well and was so before, nothing else", () => {
    const before = [finding("https", "well"), finding("certificate", "unwell")];
    const after = [finding("https", "unwell"), finding("certificate", "unwell"), finding("ports", "fact")];
    expect(worseThan(before, after)).toEqual([after[0]]);
    expect(worseThan([], after)).toEqual(after.slice(0, 2));
  });
});
