import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { SiteError } from "../failure";

/** A value from standard input: asked for without showing it on a terminal, whole from a pipe. @throws SiteError for none */
export async function readValue(name: string): Promise<string> {
  const value = process.stdin.isTTY ? await ask(`Value of ${name} (not shown): `) : await readAll();
  if (value.includes("\0")) throw new SiteError(`the value of ${name} holds a NUL, which no variable can.`);
  return value;
}

async function readAll(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts)
    .toString()
    .replace(/\r?\n$/, "");
}

function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_part, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  return new Promise((resolve, reject) => {
    terminal.on("SIGINT", () => {
      terminal.close();
      reject(new SiteError("nothing was set"));
    });
    terminal.question("", (value) => {
      terminal.close();
      process.stderr.write("\n");
      resolve(value);
    });
  });
}
