import { goQuote } from "./goText";
import { LineSplitter } from "./lines";

/** Which of a command's streams go to the engine's log; both if nothing is said. */
export type Logging = "stdout" | "stderr" | "stdoutAndStderr" | "none";

/** What a command wrote, each without its last line feed. */
export interface CommandOutput {
  stdout: string;
  stderr: string;
}

/** Gathers a running command's two streams: for the outputs, for the log, and together for an error's text. */
export class OutputCollector {
  private readonly chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  private readonly both: Buffer[] = [];
  private readonly splitters: Record<"stdout" | "stderr", LineSplitter | undefined>;

  /** @param log Told of each line, of the streams that `logging` names. */
  constructor(logging: Logging | undefined, log: (line: string) => void) {
    const chosen = logging ?? "stdoutAndStderr";
    const splitter = (stream: Logging) =>
      chosen === stream || chosen === "stdoutAndStderr" ? new LineSplitter(log) : undefined;
    this.splitters = { stdout: splitter("stdout"), stderr: splitter("stderr") };
  }

  write(stream: "stdout" | "stderr", chunk: Buffer): void {
    this.chunks[stream].push(chunk);
    this.both.push(chunk);
    this.splitters[stream]?.write(chunk);
  }

  /** To be called once when both streams have ended. */
  end(): CommandOutput {
    this.splitters.stdout?.end();
    this.splitters.stderr?.end();
    const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
    return { stdout: text(this.chunks.stdout), stderr: text(this.chunks.stderr) };
  }

  /** The error for a command that failed: the reason, the command and everything it wrote, as the official provider has it. */
  failure(reason: string, command: string): Error {
    return new Error(`${reason}: running ${goQuote(command)}:\n${Buffer.concat(this.both).toString("utf8")}`);
  }
}

/** Names of the variables that tell a command what its predecessor wrote. */
export const previousStdout = "PULUMI_COMMAND_STDOUT";
export const previousStderr = "PULUMI_COMMAND_STDERR";
