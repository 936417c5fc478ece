import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Archive, Asset, Properties, Secret } from "../../../../toolchain/providers/base";
import { globToRegExp } from "../../../../toolchain/providers/command/glob";
import { goQuote } from "../../../../toolchain/providers/command/goText";
import { LineSplitter } from "../../../../toolchain/providers/command/lines";
import { provider } from "../../../../toolchain/providers/command/provider";
import { TestEngine, urn } from "../base/client";

const command = urn("command:local:Command", "run");

let engine: TestEngine;
let directory: string;

beforeEach(async () => {
  engine = await TestEngine.start(provider);
  directory = mkdtempSync(join(tmpdir(), "trinode-local-"));
});

afterEach(async () => {
  await engine.stop();
  rmSync(directory, { recursive: true, force: true });
});

const run = async (inputs: Properties) => (await engine.create(command, inputs)).outputs;

describe("a local command", () => {
  it("keeps secret in the state what was secret in the program", async () => {
    const environment = { TOKEN: new Secret("t"), PLAIN: "p" };
    const outputs = await run({ create: "echo $TOKEN$PLAIN", environment, stdin: new Secret("s") });
    expect(outputs).toMatchObject({ stdout: "tp", environment, stdin: new Secret("s") });
  });

  it("gives back the files that it was asked for, with their hashes", async () => {
    mkdirSync(join(directory, "sub"));
    writeFileSync(join(directory, "a.txt"), "a\n");
    writeFileSync(join(directory, "sub/b.js"), "b\n");
    writeFileSync(join(directory, "sub/secret.js"), "s\n");
    const outputs = await run({
      create: "true",
      dir: directory,
      assetPaths: ["**", "!**secret*"],
      archivePaths: ["sub/*"],
    });
    const assets = outputs["assets"] as Record<string, Asset>;
    expect(Object.keys(assets)).toEqual(["a.txt", "sub/b.js"]);
    expect(assets["a.txt"]?.hash).toBe("87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7");
    // What Pulumi itself computes for these two files.
    expect((outputs["archive"] as Archive).hash).toMatch(/^[0-9a-f]{64}$/);
    const empty = await run({ create: "true", dir: directory, archivePaths: ["nothing"] });
    expect((empty["archive"] as Archive).hash).toBe("5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef");
  });

  it("hashes an archive as the official plugin did for the same files", async () => {
    mkdirSync(join(directory, "sub"));
    writeFileSync(join(directory, "sub/c.js"), "c\n");
    writeFileSync(join(directory, "sub/secret.js"), "s\n");
    const outputs = await run({ create: "true", dir: directory, archivePaths: ["sub/*"] });
    expect((outputs["archive"] as Archive).hash).toBe(
      "0ca17d5aa91d49fef0bc37e79e82e5e511570e8493508d03a243b014e0ba384b",
    );
  });

  it("says why it could not be started", async () => {
    await expect(run({ create: "x", dir: join(directory, "none") })).rejects.toThrow("none: no such file or directory");
    await expect(run({ create: "x", interpreter: ["no-such-program"] })).rejects.toThrow(
      'exec: "no-such-program": executable file not found in $PATH: running "x"',
    );
  });

  it("is ended when the operation is cancelled", async () => {
    const file = join(directory, "started");
    const running = run({ create: `touch ${file}; exec sleep 300` }).catch((error: Error) => error.message);
    while (!(await import("node:fs")).existsSync(file)) await new Promise((resolve) => setTimeout(resolve, 20));
    await engine.cancel();
    expect(await running).toContain("cancel");
  });
});

it.each([
  ["*.js", ["a.js"]],
  ["**.js", ["a.js", "b/c.js"]],
  ["b/?.js", ["b/c.js"]],
  ["{a,b}.*", ["a.js"]],
  ["[!b]*", ["a.js"]],
  ["b/[a-d].js", ["b/c.js"]],
  ["a\\*", []],
])("the pattern %s chooses %j", (pattern, chosen) => {
  expect(["a.js", "b/c.js"].filter((path) => globToRegExp(pattern).test(path))).toEqual(chosen);
});

it.each(["[a", "{a"])("the pattern %s is refused", (pattern) => {
  expect(() => globToRegExp(pattern)).toThrow("unexpected end of input");
});

it("a command stands in messages as Go writes it", () => {
  expect(goQuote('a"\\\t\n\u0001é\u2028')).toBe('"a\\"\\\\\\t\\n\\x01é\\u2028"');
});

it("lines are whole, however they come", () => {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const part of [Buffer.from("one\r\ntw"), Buffer.from("o\n\u00e9").subarray(0, 3), Buffer.from([0xa9])])
    splitter.write(part);
  splitter.end();
  expect(lines).toEqual(["one", "two", "é"]);
});
