import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { localDown, localEnvironment, type LocalSettings, localUp } from "../../cli/localLinode";
import { CommandFailed, run } from "../../cli/run";
import { sleep } from "../../local/hosts/nspawn/process";

const local: LocalSettings = { directory: ".test/state", port: 8411, slot: 11 };
const there = (name: string) => resolve(local.directory, name);
const file = there("state.env");
jest.setTimeout(180_000);

/** A program that says that it has begun, and ends when it is told to. */
const program = `
const { existsSync, writeFileSync } = require("node:fs");
writeFileSync(process.env.WHO, "");
const told = async () => {
  while (!existsSync("go")) await new Promise((done) => setTimeout(done, 50));
  return { who: process.env.WHO };
};
module.exports = told();
`;

let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  await remove(); // what an interrupted run left
  mkdirSync(there("program"), { recursive: true });
  symlinkSync(resolve(".local/pulumi"), there("pulumi"));
  writeFileSync(there("program/Pulumi.yaml"), "name: trinode\nruntime: nodejs\nmain: index.js\n");
  writeFileSync(there("program/index.js"), program);
  await localUp(local);
  env = await localEnvironment(local);
}, 900_000);
afterAll(remove, 120_000);

async function remove(): Promise<void> {
  if (existsSync(local.directory)) await localDown(local, "reset");
  rmSync(local.directory, { recursive: true, force: true });
}

const init = (...more: string[]) =>
  run("./site", ["state", "init", "--bucket", "gamelenders-state", "--region", "fr-par", ...more], { env });
const pulumi = (args: string[], who: string) =>
  run("bash", ["-c", '. "$0" && exec pulumi "$@"', file, ...args, "--non-interactive"], {
    cwd: there("program"),
    env: { ...env, WHO: who, PULUMI_STACK: undefined },
  });
const up = (who: string) => pulumi(["up", "--yes", "--skip-preview", "--stack", "prod"], who);
const current = async () =>
  (JSON.parse(await pulumi(["stack", "output", "--json", "--stack", "prod"], "nobody")) as { who: string }).who;

describe("the state of a team", () => {
  it("is set up by one command, which shows no secret", async () => {
    const said = await init("--file", file);
    expect(said).toContain("s3://gamelenders-state?endpoint=https://");
    const secret = /AWS_SECRET_ACCESS_KEY='(.+)'/.exec(readFileSync(file, "utf8"))?.[1];
    expect(secret).toHaveLength(40);
    expect(said).not.toContain(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  }, 900_000);

  it("does not write over a key", async () => {
    const before = readFileSync(file, "utf8");
    await expect(init("--file", file)).rejects.toThrow("is there already, with a key");
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("lets one at a time change a stack, and refuses the second", async () => {
    await pulumi(["stack", "init", "prod", "--no-select"], "nobody");
    const first = up("first");
    while (!existsSync(there("program/first"))) await sleep(50);
    const refused = await up("second").catch((error: unknown) => error);
    expect((refused as CommandFailed).output).toContain("the stack is currently locked by 1 lock(s)");
    expect(existsSync(there("program/second"))).toBe(false);
    writeFileSync(there("program/go"), "");
    await first;
    expect(await current()).toBe("first");
    await up("third");
    expect(await current()).toBe("third");
  });
});
