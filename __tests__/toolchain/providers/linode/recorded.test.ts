import { readFileSync } from "node:fs";
import path from "node:path";
import { provider } from "../../../../toolchain/providers/linode/provider";
import { TestEngine } from "../base/client";
import { addZone, live, show, Step } from "./life";
import { invocations, scenarios } from "./scenarios";
import { LinodeStub } from "./stub";

// Bundling and real processes take their time on a busy machine.
jest.setTimeout(60_000);

const recorded = readFileSync(path.join(__dirname, "recorded.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Step & { scenario: string });

describe("the linode stand-in answers and asks as the official plugin", () => {
  let stub: LinodeStub;
  let engine: TestEngine;

  beforeEach(async () => {
    stub = await LinodeStub.start();
    addZone(stub);
    engine = await TestEngine.start(provider, { url: stub.url, token: "secret", eventPollMs: "5" });
    stub.trace();
  });
  afterEach(async () => {
    await engine.stop();
    await stub.stop();
  });

  it.each(scenarios.map((scenario) => [scenario.title, scenario] as const))("%s", async (title, scenario) => {
    const wanted = recorded
      .filter((step) => step.scenario === title)
      .map(({ step, answer, requests }) => ({ step, answer, requests }));
    expect(wanted.length).toBeGreaterThan(2);
    expect(await live(engine, stub, scenario)).toEqual(wanted);
  });

  it.each(invocations)("%s %j", async (token, args) => {
    const step = `${token} ${JSON.stringify(args)}`;
    const wanted = recorded.find((item) => item.step === step);
    const answer = await engine.invoke(token, args).then(
      (found) => show(found as never),
      (error: Error) => ({ error: error.message }),
    );
    expect({ answer, requests: stub.trace() }).toEqual({ answer: wanted?.answer, requests: wanted?.requests });
  });
});
