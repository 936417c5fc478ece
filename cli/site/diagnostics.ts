import { CommandFailed } from "../run";
import { pulumiReason } from "./stack";

/** Of a long traceback, its end tells. */
const MOST = 16;

/** What a run of Pulumi said of one resource that failed. */
export interface Diagnostic {
  /** Name of the resource; empty for the program itself. */
  resource: string;
  lines: string[];
  /** Whether it was stopped from outside (Ctrl-C, a lost connection) and did not end by itself. */
  cutOff: boolean;
}

/**
 * What Pulumi prints below "Diagnostics:", of the resources that failed. Without what nobody reads: the text of a step's command, which
 * the provider repeats, and the stack of a program that has said what is wrong.
 */
export function readDiagnostics(output: string): Diagnostic[] {
  const [, printed = ""] = /^Diagnostics:\n(.*?)(?=^\S)/ms.exec(output) ?? [];
  const found: Diagnostic[] = [];
  for (const line of printed.split("\n")) {
    const head = /^ {2}(\S+) \((\S+)\):$/.exec(line);
    if (head)
      found.push({ resource: head[1] === "pulumi:pulumi:Stack" ? "" : (head[2] ?? ""), lines: [], cutOff: false });
    else found.at(-1)?.lines.push(line.slice(4).trimEnd());
  }
  return found
    .filter(({ lines }) => lines.some((line) => line.startsWith("error:")))
    .map(({ resource, lines }) => ({
      resource,
      cutOff: !lines.some((line) => line.startsWith("error: Process exited with status")),
      lines: lines.filter(worthReading).map(withoutPrefix).slice(-MOST),
    }))
    .filter(({ resource, lines }) => resource !== "" || lines.length > 0);
}

function worthReading(line: string): boolean {
  return !/^(error: (update failed|Process exited with status|Running program)|\s+at |\s*mistakes: \[|\s+'|\s*\]|\}|$)/.test(
    line,
  );
}

function withoutPrefix(line: string): string {
  return line.replace(/^error: /, "").replace(/ \{$/, "");
}

/** Why a run of Pulumi failed, to go behind a sentence: a line for a mistake of its own, else a paragraph for each resource. */
export function reasonOf(error: unknown): string {
  const found = error instanceof CommandFailed ? readDiagnostics(error.output) : [];
  if (found.length === 0) return ` ${pulumiReason(error)}`;
  return found
    .map(({ resource, lines }) => `\n${[...(resource ? [`${resource}:`] : []), ...lines].join("\n  ")}`)
    .join("");
}
