import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { run } from "../cli/run";
import { EMPTY_PAGE, type FigureTable, withFigures, withSoak } from "./measuredPage";

const PAGE = "docs/measured.md";

/** Puts the figures of a run into `docs/measured.md`, in place of the last one's. */
export async function writeFigures(tables: FigureTable[]): Promise<void> {
  const commit = await commitName();
  await change((page) => withFigures(page, commit, tables));
}

/** Adds a line to the table of soaks in `docs/measured.md`. */
export async function appendSoak(rounds: string, result: string): Promise<void> {
  const commit = await commitName();
  await change((page) => withSoak(page, commit, rounds, result));
}

/** Short, and whether files differ from it. */
async function commitName(): Promise<string> {
  const name = await run("git", ["describe", "--always", "--dirty= with changes"]).catch(() => "unknown");
  return name.trim();
}

async function change(edit: (page: string) => string): Promise<void> {
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : EMPTY_PAGE;
  writeFileSync(PAGE, await format(edit(page), { parser: "markdown", printWidth: 120 }));
}
