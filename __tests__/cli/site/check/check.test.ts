import { told } from "../../../../cli/site/check/command";
import { readPreview } from "../../../../cli/site/check/preview";

const print = (preview: object) => `${JSON.stringify(preview, null, 4)}\n`;
const step = { op: "same", urn: "urn:pulumi:prod::trinode::pulumi:pulumi:Stack::trinode-prod" };

describe("what pulumi preview prints", () => {
  it("is read, whatever follows it on standard error", () => {
    const { preview, errors } = readPreview(`${print({ config: {}, steps: [step] })}error: {see} above\n`);
    expect(preview.steps).toEqual([step]);
    expect(errors).toEqual([]);
  });

  it("tells what was refused, once and without colours", () => {
    const refused = { severity: "error", message: "<{%reset%}>trinode:site: is missing.\n<{%reset%}>" };
    const diagnostics = [
      refused,
      refused,
      { severity: "error", message: "preview failed" },
      { severity: "info", message: "so" },
    ];
    expect(readPreview(print({ config: {}, diagnostics }))).toMatchObject({
      preview: { steps: [] },
      errors: ["trinode:site: is missing."],
    });
  });

  it.each(["", "error: no stack named 'prod' found\n", "{ broken\n}"])(
    "is missed with what was said: %j",
    (printed) => {
      expect(() => readPreview(printed)).toThrow(
        /^there is no preview: (Pulumi said nothing|error: no stack|\{ broken)/,
      );
    },
  );
});

describe("./site check", () => {
  it("says that all rules are kept, or which are not and what to do", () => {
    expect(told("prod", [], [])).toMatch(/^stack prod keeps all \d+ rules$/);
    const violation = { rule: "image-supported", where: "web-instance", message: "… Set trinode:image." };
    expect(told("prod", [], [violation, violation]).split("\n")).toEqual([
      expect.stringMatching(/^stack prod breaks 1 of \d+ rules:$/),
      ...Array<string>(2).fill("  image-supported: web-instance: … Set trinode:image."),
    ]);
    expect(told("prod", ["trinode:site: is missing."], [])).toContain("can't be previewed");
  });
});
