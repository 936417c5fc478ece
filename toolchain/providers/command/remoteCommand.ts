import { Connection } from "./connection";
import { dial, Dialled } from "./dial";
import { CommandOutput, Logging, OutputCollector, previousStderr, previousStdout } from "./output";
import { Session } from "./session";

/** What runs a command on another machine. */
export interface RemoteRun {
  connection: Connection;
  command: string;
  stdin?: string;
  environment?: Record<string, string>;
  logging?: Logging;
  /** What the last command wrote; goes into the environment unless `addPreviousOutputInEnv` is false. */
  previous: CommandOutput;
  addPreviousOutputInEnv?: boolean;
}

export interface RunContext {
  /** A line for the progress display. */
  status(message: string): void;
  warn(message: string): void;
  error(message: string): void;
  /** Ends the run, and with it the connection. */
  signal: AbortSignal;
  /** Ends trying to connect. @default signal */
  dialSignal?: AbortSignal;
}

/**
 * Runs one command over a connection of its own.
 * @throws Error in the official provider's words; after a failed command with all it wrote.
 */
export async function runRemotely(run: RemoteRun, context: RunContext): Promise<CommandOutput> {
  const signal = context.dialSignal ?? context.signal;
  const dialled = await dial(run.connection, { status: (message) => context.status(message), signal });
  const stop = () => dialled.close();
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    return await runOver(dialled, run, context);
  } finally {
    context.signal.removeEventListener("abort", stop);
    dialled.close();
  }
}

async function runOver({ client }: Dialled, run: RemoteRun, context: RunContext): Promise<CommandOutput> {
  const session = await Session.open(client);
  await setEnvironment(session, run, context);
  const output = new OutputCollector(run.logging, (line) => context.status(line));
  let failure: string | undefined;
  try {
    failure = await session.run(run.command, run.stdin, (stream, chunk) => output.write(stream, chunk));
  } catch (error) {
    failure = (error as Error).message;
  }
  const result = output.end();
  context.signal.throwIfAborted();
  if (failure !== undefined) throw output.failure(failure, run.command);
  return result;
}

async function setEnvironment(session: Session, run: RemoteRun, context: RunContext): Promise<void> {
  for (const [name, value] of Object.entries(run.environment ?? {})) {
    try {
      await session.setEnvironment(name, value);
    } catch (error) {
      context.error(refusedVariable(name));
      throw new Error(`could not set environment variable "${name}": ${(error as Error).message}`);
    }
  }
  if (run.addPreviousOutputInEnv === false) return;
  const previous: [string, string][] = [
    [previousStdout, run.previous.stdout],
    [previousStderr, run.previous.stderr],
  ];
  for (const [name, value] of previous) {
    if (value === "") continue;
    // These two are a convenience: most servers refuse them.
    await session.setEnvironment(name, value).catch(() => context.warn(refusedVariable(name)));
  }
}

function refusedVariable(name: string): string {
  return `Unable to set '${name}'. This only works if your SSH server is configured to accept
	these variables via AcceptEnv. Alternatively, if a Bash-like shell runs the command on the remote host, you could
	prefix the command itself with the variables in the form 'VAR=value command'`;
}
