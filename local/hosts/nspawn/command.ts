import { spawn } from "node:child_process";

export interface CommandOptions {
  /** Written to standard input; secrets go here, never into arguments. */
  input?: string | Buffer;
  env?: NodeJS.ProcessEnv;
  /** Called with each line of standard error, for progress of long work. */
  onLine?: (line: string) => void;
}

/** Runs a program to its end and gives its standard output. @throws Error naming the program, its status and its last words. */
export function run(program: string, args: string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...process.env, LC_ALL: "C.UTF-8", ...options.env },
      stdio: ["pipe", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    let errors = "";
    let partial = "";
    child.stdout.on("data", (chunk: Buffer) => output.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => {
      errors = (errors + chunk.toString()).slice(-4000);
      const lines = (partial + chunk.toString()).split(/[\r\n]+/);
      partial = lines.pop() ?? "";
      if (options.onLine) lines.forEach(options.onLine);
    });
    child.on("error", (error) => reject(new Error(`${program}: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) resolve(Buffer.concat(output).toString());
      else reject(new Error(`${program} ${args.slice(0, 6).join(" ")}: ${signal ?? `exit ${code}`}: ${errors.trim()}`));
    });
    // A program that ends without reading its input is reported by its exit status.
    child.stdin.on("error", () => undefined);
    child.stdin.end(options.input ?? "");
  });
}
