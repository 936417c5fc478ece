import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { CommandOutput, Logging, OutputCollector, previousStderr, previousStdout } from "./output";

/** What runs a command on this machine. */
export interface LocalRun {
  command: string;
  /** Program and arguments before the command. @default ["/bin/sh", "-c"] */
  interpreter?: string[];
  /** Working directory. @default the engine's */
  dir?: string;
  stdin?: string;
  environment?: Record<string, string>;
  logging?: Logging;
  /** What the last command wrote; goes into the environment unless `addPreviousOutputInEnv` is false. */
  previous?: CommandOutput;
  addPreviousOutputInEnv?: boolean;
}

export interface LocalContext {
  /** A line for the progress display. */
  status(message: string): void;
  /** Ends the command. */
  signal: AbortSignal;
}

/**
 * Runs one command and waits until it and everything that holds its output has ended.
 * @throws Error in the official provider's words, with all that the command wrote.
 */
export async function runLocally(run: LocalRun, context: LocalContext): Promise<CommandOutput> {
  const output = new OutputCollector(run.logging, (line) => context.status(line));
  const failure = (await missingDirectory(run.dir)) ?? (await runProcess(run, output, context.signal));
  const result = output.end();
  context.signal.throwIfAborted();
  if (failure !== undefined) throw output.failure(failure, run.command);
  return result;
}

async function missingDirectory(path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return `chdir ${path}: no such file or directory`;
  return found.isDirectory() ? undefined : `chdir ${path}: not a directory`;
}

/** Ends with what went wrong, or undefined. */
function runProcess(run: LocalRun, output: OutputCollector, signal: AbortSignal): Promise<string | undefined> {
  const [program = "/bin/sh", ...args] = run.interpreter?.length ? run.interpreter : ["/bin/sh", "-c"];
  const child = spawn(program, [...args, run.command], {
    cwd: run.dir ?? process.cwd(),
    env: environment(run),
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => output.write("stdout", chunk));
  child.stderr.on("data", (chunk: Buffer) => output.write("stderr", chunk));
  child.stdin.on("error", () => undefined); // A command may end without reading all of its input.
  child.stdin.end(run.stdin ?? "");
  return new Promise((resolve) => {
    const stop = () => {
      child.kill("SIGKILL");
      resolve("signal: killed");
    };
    const settle = (failure: string | undefined) => {
      signal.removeEventListener("abort", stop);
      resolve(failure);
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    child.once("error", (error) => settle(startErrorText(program, error)));
    child.once("close", (code, name) => settle(name !== null ? signalText(name) : exitText(code ?? 0)));
  });
}

function environment(run: LocalRun): NodeJS.ProcessEnv {
  const previous: NodeJS.ProcessEnv = {};
  if (run.addPreviousOutputInEnv !== false) {
    if (run.previous?.stdout) previous[previousStdout] = run.previous.stdout;
    if (run.previous?.stderr) previous[previousStderr] = run.previous.stderr;
  }
  return { ...process.env, ...run.environment, ...previous };
}

function startErrorText(program: string, error: NodeJS.ErrnoException): string {
  if (error.code !== "ENOENT")
    return `fork/exec ${program}: ${error.code === "EACCES" ? "permission denied" : error.message}`;
  if (program.includes("/")) return `fork/exec ${program}: no such file or directory`;
  return `exec: "${program}": executable file not found in $PATH`;
}

function exitText(code: number): string | undefined {
  return code === 0 ? undefined : `exit status ${code}`;
}

/** Go's words for signals (syscall/zerrors_linux). */
const signalWords: Record<string, string> = {
  SIGABRT: "aborted",
  SIGALRM: "alarm clock",
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGUSR1: "user defined signal 1",
  SIGUSR2: "user defined signal 2",
};

function signalText(name: string): string {
  return `signal: ${signalWords[name] ?? name}`;
}
