import { spawn } from "node:child_process";
import { CommandFailed, lines } from "../run";
import { recover } from "../recover";
import type { SiteStack } from "./stack";

/**
 * `pulumi up` with a configuration; what its steps say is shown on standard error. A lock whose owner was killed is taken away.
 * @throws CommandFailed with all that Pulumi said
 */
export async function up(stack: SiteStack, configFile: string, message: string, more: string[] = []): Promise<void> {
  const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--non-interactive", "--stack", stack.name];
  const all = [...args, "--config-file", configFile, "--message", message, ...more];
  try {
    await runUp(all);
  } catch (error) {
    if (!(error instanceof CommandFailed) || !error.output.includes("currently locked")) throw error;
    // When the owner is alive, this does nothing, and it is locked again.
    await recover(stack);
    await runUp(all);
  }
}

/** Pulumi has a group of its own, so that it gets each signal once, from us: it then stops where it can, at the second one at once. */
async function runUp(args: string[]): Promise<void> {
  const child = spawn("pulumi", args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const stop = () => {
    process.stderr.write("\nstopping where it can be stopped; once more stops it at once\n");
    child.kill("SIGINT");
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  signals.forEach((signal) => process.on(signal, stop));
  let output = "";
  const show = lines(showProgress);
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (part: Buffer) => {
      output += part.toString();
      show(part.toString());
    });
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exit) => resolve(exit ?? 143));
    });
    if (code !== 0) throw new CommandFailed("pulumi up", code, output);
  } finally {
    signals.forEach((signal) => process.off(signal, stop));
  }
}

/** What steps say, as far as it comes; a failure is told in full, and in order, when it is over. */
function showProgress(line: string): void {
  const words = sayable(line);
  if (words) process.stderr.write(`${words}\n`);
}

/**
 * A line of Pulumi as an operator reads it: ` ~  command:remote:Command app-release updating (2s) [diff: ~stdin]; trying …` becomes
 * `app-release: trying …`. Empty for what says nothing new.
 */
export function sayable(line: string): string {
  const [, name, said] = /^ *[~+-]{1,2} +\S+ (\S+) \w+ing\b.*?; (.*)$/.exec(line) ?? [];
  return said && !/^(\s|error:|Traceback)/.test(said) ? `${name}: ${said}` : "";
}
