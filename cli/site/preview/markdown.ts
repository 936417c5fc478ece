/**
 * Text of others (names, labels, messages, a request's own words) in Markdown that a forge renders: always as code, where nothing is
 * a link, a mention, a heading or HTML. What looks like an end of the code does not end it.
 */

/** In a line. */
export function code(text: string): string {
  const flat = visible(text).replace(/\s+/g, " ").trim();
  if (flat === "") return "*(empty)*";
  const fence = "`".repeat(longestRun(flat) + 1);
  // A space keeps a backtick at either end apart; Markdown takes it off again.
  return fence.length > 1 ? `${fence} ${flat} ${fence}` : `\`${flat}\``;
}

/** Of several lines, the last `most` of them. */
export function block(text: string, most = 60): string {
  const lines = visible(text).trimEnd().split("\n");
  const shown = lines.length > most ? [`(${lines.length - most} lines before)`, ...lines.slice(-most)] : lines;
  const fence = "`".repeat(Math.max(3, longestRun(shown.join("\n")) + 1));
  return [`${fence}text`, ...shown.map((line) => line.slice(0, 400)), fence].join("\n");
}

/** At most so many characters, cut at a line's end, with a word about it. @param most what a forge takes */
export function atMost(markdown: string, most: number, more: string): string {
  if (markdown.length <= most) return markdown;
  const room = markdown.slice(0, most - more.length - 20);
  const cut = room.slice(0, room.lastIndexOf("\n"));
  // A block that was cut open would swallow the word about it.
  const open = /^(`{3,})text$/gm;
  const fences = [...cut.matchAll(open)].map(([, fence = ""]) => fence);
  const last = fences.at(-1);
  const closed =
    last === undefined || cut.slice(cut.lastIndexOf(`${last}text`) + last.length + 4).includes(`\n${last}`);
  return `${cut}${closed ? "" : `\n${last}`}\n\n${more}`;
}

/** Without control characters, and without those that turn the direction of writing or hide. */
function visible(text: string): string {
  return text.replace(/[^\P{C}\n\t]/gu, "\u{fffd}");
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
