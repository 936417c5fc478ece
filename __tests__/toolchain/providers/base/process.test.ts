import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleStandIn } from "../../../../toolchain/bundle";
import { TestEngine } from "./client";

describe("a plugin's process", () => {
  let directory: string;
  let plugin: ChildProcessWithoutNullStreams;
  let engine: TestEngine;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "trinode-plugin-"));
    const file = join(directory, "pulumi-resource-command");
    const { program, code } = await bundleStandIn("command");
    writeFileSync(file, program);
    writeFileSync(join(directory, "provider.js"), code);
    plugin = spawn(process.execPath, [file]);
    const [line] = (await once(plugin.stdout, "data")) as [Buffer];
    engine = TestEngine.connect(Number(line.toString()));
  }, 30_000);

  afterEach(async () => {
    await engine.stop();
    plugin.kill("SIGKILL");
    rmSync(directory, { recursive: true });
  });

  it("leaves when the engine asks it to, so that no pulumi command waits for it", async () => {
    await engine.configure({});
    plugin.kill("SIGINT");
    expect(await once(plugin, "exit")).toEqual([0, null]);
  });

  it("answers what is under way first", async () => {
    await engine.configure({});
    const made = engine.create("urn:pulumi:test::trinode::command:local:Command::sleeper", {
      create: "sleep 0.5; echo done",
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    plugin.kill("SIGINT");
    expect((await made).outputs).toMatchObject({ stdout: "done" });
    expect(await once(plugin, "exit")).toEqual([0, null]);
  });
});
