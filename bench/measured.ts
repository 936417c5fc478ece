import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { format } from "prettier";
import { EMPTY_PAGE, type FigureTable, withFigures, withSoak } from "./measuredPage";

const PAGE = "docs/measured.md";

/** Puts the figures of a run into `docs/measured.md`, in place of the last one's. */
export async function writeFigures(tables: FigureTable[]): Promise<void> {
  await change((page) => withFigures(page, tables));
}

/** Adds a line to the table of soaks in `docs/measured.md`. */
export async function appendSoak(rounds: string, result: string): Promise<void> {
  await change((page) => withSoak(page, rounds, result));
}

async function change(edit: (page: string) => string): Promise<void> {
  const page = existsSync(PAGE) ? readFileSync(PAGE, "utf8") : EMPTY_PAGE;
  writeFileSync(PAGE, await format(edit(page), { parser: "markdown", printWidth: 120 }));
}
