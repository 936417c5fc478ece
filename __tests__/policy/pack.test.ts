import { type ChildProcess, spawn } from "node:child_process";
import { resolve } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { planOf } from "../../policy/pack";
import type { Plan } from "../../policy/plan";
import { rules } from "../../policy/rules";
import { programPlan } from "./program";

/** What Pulumi's own runner of policy packs serves to its engine, asked as the engine asks. */
describe("the policy pack", () => {
  let pack: ChildProcess;
  let client: AnalyzerClient;
  let production: Plan;

  beforeAll(async () => {
    production = await programPlan();
    const runner = resolve("node_modules/@pulumi/pulumi/cmd/run-policy-pack");
    const env = { ...process.env, PULUMI_NODEJS_TYPESCRIPT: "true" };
    pack = spawn(process.execPath, [runner, "127.0.0.1:1", "."], { cwd: "policy", env });
    client = new AnalyzerClient(`127.0.0.1:${await portSaidBy(pack)}`, credentials.createInsecure());
  }, 60_000);

  afterAll(async () => {
    client?.close();
    pack?.kill();
  });

  it("has every rule that resources alone tell", async () => {
    const info = await new Promise<messages.AnalyzerInfo>((answer, fail) =>
      client.getAnalyzerInfo(new Empty(), (error, found) => (error ? fail(error) : answer(found))),
    );
    const wanted = rules.filter(({ needs = [] }) => needs.length === 0).map(({ name }) => name);
    expect(wanted).toEqual(expect.arrayContaining(["nothing-else-open", "data-protected", "image-supported"]));
    expect(info.getPoliciesList().map((policy) => policy.getName())).toEqual(wanted);
  });

  it("lets the program's stack pass", async () => {
    expect(await analyze(production)).toEqual([]);
  });

  it("says what is broken as the rules say it", async () => {
    const resources = production.resources.map((one) =>
      one.name === "web-instance" ? { ...one, inputs: { ...one.inputs, image: "private/7", firewallId: 0 } } : one,
    );
    const found = await analyze({ ...production, resources });
    expect(found.sort()).toEqual([
      "firewall-of-each-linode: web-instance: it has no firewall. Give it one: firewallId, as components/linodeHost.ts does.",
      expect.stringContaining('image-supported: web-instance: "private/7" is not supported.'),
    ]);
  });

  it("takes what is known only later for what it will be", async () => {
    // What stands for it in the engine's protocol.
    const resources = production.resources.map((one) =>
      one.name === "web-instance"
        ? { ...one, inputs: { ...one.inputs, firewallId: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } }
        : one,
    );
    expect(await analyze({ ...production, resources })).toEqual([]);
  });

  function analyze({ resources }: Plan): Promise<string[]> {
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(
      resources.map(({ type, name, inputs, protect }) => {
        const resource = new messages.AnalyzerResource();
        const options = new messages.AnalyzerResourceOptions();
        options.setProtect(protect);
        resource.setType(type);
        resource.setName(name);
        resource.setUrn(`urn:pulumi:stack::trinode::${type}::${name}`);
        resource.setOptions(options);
        resource.setProperties(Struct.fromJavaScript(plain(inputs)));
        return resource;
      }),
    );
    return new Promise((answer, fail) =>
      client.analyzeStack(request, (error, found) =>
        error
          ? fail(error)
          : answer(
              found.getDiagnosticsList().map((one) => `${one.getPolicyname()}: ${one.getMessage().split("\n").pop()}`),
            ),
      ),
    );
  }
});

describe("a plan of a pack's resources", () => {
  it("has site and stack from what the resources say", async () => {
    const urn = "urn:pulumi:pr-7::trinode::linode:index/firewall:Firewall::web-firewall";
    const opts = { protect: false } as never;
    const props = { tags: ["trinode", "site:shop", "stack:pr-7"] };
    const plan = planOf([{ type: "linode:index/firewall:Firewall", name: "web-firewall", urn, props, opts }]);
    expect([plan.site, plan.stack]).toEqual(["shop", "pr-7"]);
  });
});

/** The runner prints its port when it is ready. */
function portSaidBy(pack: ChildProcess): Promise<number> {
  return new Promise((answer, fail) => {
    let said = "";
    pack.stdout?.on("data", (part: Buffer) => {
      said += part.toString();
      const [, port] = /^(\d+)\n/m.exec(said) ?? [];
      if (port) answer(Number(port));
    });
    pack.stderr?.on("data", (part: Buffer) => (said += part.toString()));
    pack.on("exit", (code) => fail(new Error(`the pack ended with code ${code}: ${said}`)));
  });
}

/** Secrets as the engine sends them: readable. */
function plain(value: unknown): Record<string, never> {
  return JSON.parse(JSON.stringify(value)) as Record<string, never>;
}
