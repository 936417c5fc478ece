/**
 * Records the official plugin's answers into recorded.jsonl: `npx tsx record.ts <pulumi-resource-linode 5.1.1>`.
 * Run it again after a change of the scenarios or of the stub.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { TestEngine } from "../base/client";
import { addZone, live, show, Step } from "./life";
import { invocations, scenarios } from "./scenarios";
import { LinodeStub } from "./stub";

async function main([plugin]: string[]): Promise<void> {
  if (plugin === undefined) throw new Error("Say where the official plugin is: npx tsx record.ts <file>");
  const lines: string[] = [];
  for (const scenario of scenarios) {
    const steps = await withPlugin(plugin, (engine, stub) => live(engine, stub, scenario));
    lines.push(...steps.map((step) => JSON.stringify({ scenario: scenario.title, ...step })));
  }
  for (const [token, args] of invocations) {
    const [step] = await withPlugin(plugin, async (engine, stub): Promise<Step[]> => {
      const answer = await engine.invoke(token, args).then(
        (found) => show(found as never),
        (error: Error) => ({ error: error.message }),
      );
      return [{ step: `${token} ${JSON.stringify(args)}`, answer, requests: stub.trace() }];
    });
    lines.push(JSON.stringify({ scenario: "functions", ...step }));
  }
  writeFileSync(path.join(__dirname, "recorded.jsonl"), `${lines.join("\n")}\n`);
}

async function withPlugin(
  plugin: string,
  use: (engine: TestEngine, stub: LinodeStub) => Promise<Step[]>,
): Promise<Step[]> {
  const stub = await LinodeStub.start();
  addZone(stub);
  const child = spawn(plugin, [], {
    env: { ...process.env, LINODE_URL: stub.url },
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const engine = TestEngine.connect(await portOf(child));
    await engine.configure({ url: stub.url, token: "secret", eventPollMs: "5" });
    stub.trace();
    return await use(engine, stub);
  } finally {
    child.kill();
    await stub.stop();
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => child.stdout?.once("data", (line: Buffer) => resolve(Number(line.toString()))));
}

void main(process.argv.slice(2));
