import fc from "fast-check";
import { atMost, block, code } from "../../../../cli/site/preview/markdown";

describe("text of others in Markdown", () => {
  it.each([
    ["web-instance", "`web-instance`"],
    ["a `b` c", "`` a `b` c ``"],
    ["``", "``` `` ```"],
    ["one\n\ntwo", "`one two`"],
    ["</details><script>alert(1)</script> @everyone", "`</details><script>alert(1)</script> @everyone`"],
    ["gnp\u202e.exe", "`gnp\ufffd.exe`"],
    ["\u001b[31mred", "`\ufffd[31mred`"],
    ["  ", "*(empty)*"],
  ])("is code: %j", (text, markdown) => expect(code(text)).toBe(markdown));

  it("can't end its code, whatever it holds", () => {
    const nasty = fc.stringMatching(/^[`a\n~ ]*$/);
    fc.assert(
      fc.property(nasty, (text) => {
        const [, fence = ""] = /^(`+)/.exec(code(text)) ?? ["", ""];
        const inner = code(text).slice(fence.length, -fence.length || undefined);
        // Markdown ends a code span at the first run of just as many backticks.
        expect([...inner.matchAll(/`+/g)].some(([run]) => run.length === fence.length && fence !== "")).toBe(false);
        const lines = block(text).split("\n");
        const [, long = ""] = /^(`+)text$/.exec(lines[0] ?? "") ?? [];
        expect(lines.slice(1, -1).some((line) => line.includes(long))).toBe(false);
        expect(lines.at(-1)).toBe(long);
      }),
    );
  });

  it("is cut to its last lines, and says so", () => {
    const shown = block(Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\n"), 3);
    expect(shown.split("\n")).toEqual(["```text", "(97 lines before)", "line 97", "line 98", "line 99", "```"]);
  });

  it("is no longer than a forge takes, with its blocks closed", () => {
    const long = `a\n\n${block("x\n".repeat(50))}\n\nend`;
    const cut = atMost(long, 80, "*cut*");
    expect(cut.length).toBeLessThanOrEqual(80);
    expect(cut).toMatch(/\n```\n\n\*cut\*$/);
    expect(atMost("short", 80, "*cut*")).toBe("short");
  });
});
