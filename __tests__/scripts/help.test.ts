import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

describe("trinode help", () => {
  const here = readFileSync("scripts/trinode.sh", "utf8").replace(
    "/usr/local/lib/trinode\n",
    `${resolve("scripts")}\n`,
  );
  const { stdout } = spawnSync("bash", ["-c", here, "trinode", "help"], { encoding: "utf8" });

  it("tells how verbs are used", () => {
    expect(stdout).toContain("  trinode status [--lines]");
    expect(stdout).toContain("  trinode run WORD…");
    expect(stdout).toContain("  change-variable.sh NAME");
  });

  it("does not offer what is a step of pulumi up", () => {
    expect(stdout).not.toMatch(/setup-|trinode install|release-activate|restore-dump/);
  });
});
