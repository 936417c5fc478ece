import { exitCodes } from "../failure";
import { table } from "../table";
import type { Finding } from "./finding";

export type Verdict = "well" | "not well" | "not seen";

/** What all findings together say: one that is not well outweighs what could not be looked at. */
export function verdictOf(findings: Finding[]): Verdict {
  if (findings.some(({ state }) => state === "unwell")) return "not well";
  return findings.some(({ state }) => state === "unseen") ? "not seen" : "well";
}

export function exitCodeOf(verdict: Verdict): number {
  return { well: exitCodes.well, "not well": exitCodes.failed, "not seen": exitCodes.unseen }[verdict];
}

/** A line for each finding, and in the end what to do. */
export function report(findings: Finding[]): string {
  const rows = findings.map((finding, i) => {
    const repeated = i > 0 && findings[i - 1]?.where === finding.where && findings[i - 1]?.machine === finding.machine;
    return [repeated ? "" : finding.where, finding.name, told(finding)];
  });
  const wrong = findings.filter(({ state }) => state === "unwell" || state === "unseen");
  const remedies = wrong.map(({ where, name, remedy }) => `  ${where} ${name}: ${remedy ?? "look at it"}`);
  const end = wrong.length === 0 ? ["all is well"] : [`${wrong.length} NOT WELL. What to do:`, ...remedies];
  return [table(rows), "", ...end].join("\n");
}

function told({ state, text }: Finding): string {
  return state === "unwell" ? `NOT WELL: ${text}` : state === "unseen" ? `NOT SEEN: ${text}` : text;
}
