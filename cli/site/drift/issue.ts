import { atMost, block, code } from "../preview/markdown";
import type { DriftFinding } from "./command";

/** What GitHub takes in an issue, with room to spare. */
const mostCharacters = 60_000;

/** The text of the issue that a nightly job opens. What was found on a server or at Linode is text of whoever changed it. */
export function issue(stack: string, findings: DriftFinding[]): string {
  const wrong = findings.filter(({ state }) => state === "unwell" || state === "unseen");
  const parts = wrong.map((finding) => {
    const { where, machine, name, state, text, remedy, diff } = finding;
    const line = `- ${state === "unseen" ? "could not be looked at: " : ""}${code(machine ?? where)} ${code(name)}: ${code(text)}`;
    return [line, ...(remedy ? [`  ${code(remedy)}`] : []), ...(diff ? ["", block(diff, 40)] : [])].join("\n");
  });
  const head = [
    `<!-- trinode-drift ${stack} -->`,
    `What stands on ${code(stack)} is not what was put there (${wrong.length}). \`./site drift\` says it again; with lines, \`-\` is what was put there, \`+\` what is there.`,
  ];
  return `${atMost([...head, "", ...parts].join("\n"), mostCharacters, "*More of it: `./site drift --json`*")}\n`;
}
