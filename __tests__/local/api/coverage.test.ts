import { readFileSync } from "node:fs";
import { join } from "node:path";
import { withCoverage } from "../../../local/api/coverage";
import { TestCloud } from "./client";

/** Prettier pads the columns of tables; that is no difference. */
const unpadded = (page: string): string =>
  page
    .replace(/ +\|/g, " |")
    .replace(/-+ \|/g, "--- |")
    .replace(/\n{3,}/g, "\n\n");

describe("docs/local-linode.md", () => {
  it("has the coverage table that the routes give (npx tsx local/api/coverage.main.ts)", async () => {
    const cloud = await TestCloud.start();
    try {
      const page = readFileSync(join(__dirname, "../../../docs/local-linode.md"), "utf8");
      expect(unpadded(page)).toBe(unpadded(withCoverage(page, cloud.server.operations)));
    } finally {
      await cloud.stop();
    }
  });
});
