import { cpus, release, totalmem } from "node:os";

/** One line of a table. */
export interface Figure {
  what: string;
  /** What is aimed at. @default none */
  aim?: string;
  /** Undefined: it was not measured. */
  value?: string;
}

/** One table. */
export interface FigureTable {
  title: string;
  /** Says what the figures are of. */
  note: string;
  figures: Figure[];
}

/** The page before anything was measured. */
export const EMPTY_PAGE = `# Measured

Written by \`npm run bench\` and \`npm run soak\`, which repeat it. Absolute times are of one noisy machine with two cores that
everything shared: the local Linode, its hosts, Pulumi and the load. They say little about other machines; ratios of one run
count.

## Figures

<!-- bench: begin (npm run bench) -->
<!-- bench: end -->

## Soak

The end-to-end test of the production, again and again: the first \`pulumi up\` is killed at a random moment in every round.
Repeat it: \`npm run soak -- 10\`.

| date | commit | rounds | result |
| ---- | ------ | ------ | ------ |

<!-- soak: rows end -->
`;

/** The page with the figures of a run in place of the last one's; `commit` says of which source. */
export function withFigures(page: string, commit: string, tables: FigureTable[]): string {
  const section = [...describeRun(commit), ...tables.flatMap(renderTable)].join("\n");
  return page.replace(
    /(<!-- bench: begin[^\n]*-->\n)[^]*(<!-- bench: end -->)/,
    (_all, begin: string, end: string) => `${begin}\n${section}\n${end}`,
  );
}

/** The page with one more line in the table of soaks. */
export function withSoak(page: string, commit: string, rounds: string, result: string): string {
  const row = `| ${today()} | ${commit} | ${rounds} | ${result.replaceAll("|", "\\|")} |`;
  return page.replace(/\n+(<!-- soak: rows end -->)/, (_all, end: string) => `\n${row}\n\n${end}`);
}

/** When, on what, and how to do it again. */
function describeRun(commit: string): string[] {
  const memory = Math.round(totalmem() / 2 ** 30);
  return [
    `Measured on ${today()}, commit ${commit}: ${cpus().length} cores, ${memory} GB of memory, Linux ${release()},`,
    `Node.js ${process.versions.node}. Repeat it: \`npm run bench\`.`,
    "",
  ];
}

function renderTable({ title, note, figures }: FigureTable): string[] {
  const rows = figures.map(({ what, aim = "", value = "not measured" }) => `| ${what} | ${value} | ${aim} |`);
  return [`### ${title}`, "", note, "", "| what | measured | aim |", "| --- | --- | --- |", ...rows, ""];
}

const today = () => new Date().toISOString().slice(0, 10);
