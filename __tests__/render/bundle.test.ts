import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { encodeBundle, shellAssignments } from "../../render/bundle";
import { file } from "../../render/hostFile";

const bundle = {
  verb: "install",
  scripts: ["lib/host.sh"],
  files: [file("/etc/a", 0o640, "one\n", "root", "adm"), file("/etc/b c", 0o600, "two")],
  environment: { SECRET: "it's" },
};

describe("a bundle", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "trinode-bundle-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it("unpacks with the tools of a host to what was put in", async () => {
    execFileSync("bash", ["-c", 'base64 -d | tar -xz -C "$0"', directory], { input: await encodeBundle(bundle) });
    const read = (name: string) => readFileSync(join(directory, name), "utf8");
    expect(read("verb")).toBe("install");
    expect(read("manifest")).toBe("0\t640\troot\tadm\t/etc/a\n1\t600\troot\troot\t/etc/b c\n");
    expect([read("files/0"), read("files/1")]).toEqual(["one\n", "two"]);
    expect(read("environment")).toBe("SECRET='it'\\''s'\n");
    expect(statSync(join(directory, "environment")).mode & 0o777).toBe(0o600);
    for (const name of ["install.sh", "trinode.sh", "lib/common.sh", "lib/files.sh", "lib/host.sh"]) {
      expect(read(`scripts/${name}`)).toBe(readFileSync(join("scripts", name), "utf8"));
    }
  });

  it("is the same text for the same content, so that nothing runs again without a reason", async () => {
    expect(await encodeBundle(bundle)).toBe(await encodeBundle({ ...bundle, files: [...bundle.files] }));
  });

  it("refuses a path that its manifest can't hold", async () => {
    await expect(encodeBundle({ ...bundle, files: [file("/etc/a\tb", 0o600, "")] })).rejects.toThrow("no tab");
  });
});

describe("values for a verb", () => {
  it("reach a shell unchanged, whatever they are", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
        (value) => {
          const printed = execFileSync("bash", ["-c", `${shellAssignments({ VALUE: value })}printf %s "$VALUE"`]);
          expect(printed.toString()).toBe(value);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("have names that a shell takes", () => {
    expect(() => shellAssignments({ "A-B": "" })).toThrow('"A-B" is not a variable\'s name');
  });
});
