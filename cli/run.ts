import { spawn, type SpawnOptions } from "node:child_process";

/** A command that ended with a code other than 0. */
export class CommandFailed extends Error {
  constructor(
    command: string,
    readonly code: number,
    readonly output: string,
  ) {
    super(
      `${command} ended with code ${code}${output ? `:\n${output.trimEnd().split("\n").slice(-20).join("\n")}` : ""}`,
    );
    this.name = "CommandFailed";
  }
}

export interface RunOptions extends Pick<SpawnOptions, "cwd" | "env"> {
  /** Shows what the command prints as it comes, `stderr`: there; else it is collected and returned. @default false */
  show?: boolean | "stderr";
  /** Gets each line that the command prints, as it comes. @default nothing does */
  each?: (line: string) => void;
  /** Standard input. @default none */
  input?: string;
}

/** Runs a command and waits for it. Returns its standard output. @throws CommandFailed */
export async function run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
  const { show = false, each, input, ...rest } = options;
  const output = show === "stderr" ? 2 : show ? "inherit" : "pipe";
  const child = spawn(command, args, { ...rest, stdio: [input === undefined ? "ignore" : "pipe", output, output] });
  let stdout = "";
  let stderr = "";
  child.stdout?.on("data", (part: Buffer) => (stdout += part.toString()));
  child.stderr?.on("data", (part: Buffer) => (stderr += part.toString()));
  child.stdin?.end(input);
  if (each) for (const stream of [child.stdout, child.stderr]) stream?.on("data", lines(each));
  const code = await new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exit, signal) => resolve(exit ?? (signal === "SIGINT" ? 130 : 143)));
  });
  if (code !== 0) throw new CommandFailed([command, ...args].join(" "), code, stdout + stderr);
  return stdout;
}

/** Takes text in pieces and hands whole lines on. */
export function lines(take: (line: string) => void): (text: string | Buffer) => void {
  let rest = "";
  return (text) => {
    const whole = (rest + text.toString()).split("\n");
    rest = whole.pop() ?? "";
    whole.forEach(take);
  };
}
