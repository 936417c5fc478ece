import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

// Bundling and real processes take their time on a busy machine.
jest.setTimeout(60_000);

const root = path.resolve(__dirname, "../..");

describe("npm start and the other verbs", () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(path.join(tmpdir(), "trinode-bootstrap-"));
    for (const folder of ["toolchain", "cli"]) mkdirSync(path.join(project, folder));
    copyFileSync(path.join(root, "toolchain/bootstrap.mjs"), path.join(project, "toolchain/bootstrap.mjs"));
    symlinkSync(path.join(root, "node_modules"), path.join(project, "node_modules"));
    writeFileSync(path.join(project, "package-lock.json"), "{}");
    utimesSync(path.join(project, "package-lock.json"), 0, 0);
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  const program = (code: string) => writeFileSync(path.join(project, "cli/start.ts"), code);
  const boot = (...args: string[]) => spawn(process.execPath, [path.join(project, "toolchain/bootstrap.mjs"), ...args]);

  it("pass arguments and the exit code", async () => {
    program("const args: string[] = process.argv.slice(2); console.log(args.join('|')); process.exitCode = 7;");
    expect(await ended(boot("start", "--all", "a b"))).toEqual({ code: 7, output: "--all|a b\n" });
  });

  it("pass a termination on, and wait for the program's own end", async () => {
    program(
      "process.on('SIGTERM', () => { console.log('tidied'); process.exit(3); }); console.log('ready'); setInterval(() => {}, 1000);",
    );
    const child = boot("start");
    child.stdout?.on("data", (text: Buffer) => text.toString().includes("ready") && child.kill("SIGTERM"));
    expect(await ended(child)).toEqual({ code: 3, output: "ready\ntidied\n" });
  });

  it("know no other verb", async () => {
    const { code, output } = await ended(boot("fly"));
    expect(code).toBe(1);
    expect(output).toMatch(/^Unknown verb "fly"\. Use one of: start, stop, test/);
  });

  it("install the packages first when they are older than the lock file, and stop if that fails", async () => {
    program("console.log('not reached');");
    rmSync(path.join(project, "node_modules"));
    const { code, output } = await ended(boot("start"));
    expect(code).toBe(1);
    expect(output).toMatch(/^Installing the npm packages/);
    expect(output).toMatch(/npm ci ended with code \d+/);
    expect(output).not.toMatch(/not reached/);
  });
});

async function ended(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = "";
  child.stdout?.on("data", (text: Buffer) => (output += text.toString()));
  child.stderr?.on("data", (text: Buffer) => (output += text.toString()));
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, output })));
}
