import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { MemoryDriver } from "../hosts/memory";
import { withCoverage } from "./coverage";
import { createServer } from "./server";

/** Writes the coverage table of `docs/local-linode.md` anew. */
async function main(): Promise<void> {
  const page = resolve(__dirname, "../../docs/local-linode.md");
  const directory = mkdtempSync(join(tmpdir(), "trinode-coverage-"));
  try {
    const server = await createServer({ driver: new MemoryDriver(), directory });
    await server.close();
    writeFileSync(page, withCoverage(readFileSync(page, "utf8"), server.operations));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
