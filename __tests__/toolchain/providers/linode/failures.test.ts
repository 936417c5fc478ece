import { hasUnknown, Properties, Value } from "../../../../toolchain/providers/base";
import { provider } from "../../../../toolchain/providers/linode/provider";
import { InitializationError, TestEngine, urn } from "../base/client";
import { LinodeStub } from "./stub";

// Bundling and real processes take their time on a busy machine.
jest.setTimeout(60_000);

const VM = urn("linode:index/instance:Instance", "web");
const inputs: Properties = {
  region: "fr-par",
  type: "g6-nanode-1",
  label: "web1",
  image: "linode/debian12",
  interfaces: [{ purpose: "public" }, { purpose: "vpc", subnetId: 77 }],
};
const refusal = (status: number, reason: string, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: { errors: [{ reason }] },
});

describe("when Linode refuses or fails", () => {
  let stub: LinodeStub;
  let engine: TestEngine;
  const fast = { token: "secret", eventPollMs: "5", minRetryDelayMs: "5", maxRetryDelayMs: "10" };

  beforeEach(async () => {
    stub = await LinodeStub.start();
    engine = await TestEngine.start(provider, { ...fast, url: stub.url });
    stub.trace();
  });
  afterEach(async () => {
    await engine.stop();
    await stub.stop();
  });

  it.each([
    ["too many requests", refusal(429, "Too many requests")],
    ["a busy Linode", refusal(400, "Linode busy.")],
    ["a server that is away", refusal(503, "Service unavailable")],
  ])("asks again after %s", async (_what, answer) => {
    stub.surprises.push({ on: /^POST .*instances$/, answer }, { on: /^POST .*instances$/, answer });
    const { id } = await engine.create(VM, inputs);
    expect(stub.instances.has(Number(id))).toBe(true);
    expect(stub.requests.filter(({ method }) => method === "POST")).toHaveLength(3);
  });

  it("waits as long as Linode says", async () => {
    const answer = refusal(429, "Too many requests", { "Retry-After": "1" });
    stub.surprises.push({ on: /^POST .*instances$/, answer });
    const begin = Date.now();
    await engine.create(VM, inputs);
    expect(Date.now() - begin).toBeGreaterThanOrEqual(990);
  });

  it("does not ask again while Linode is in maintenance", async () => {
    const answer = refusal(503, "maintenance", { "X-Maintenance-Mode": "all" });
    stub.surprises.push({ on: /^POST .*instances$/, answer });
    await expect(engine.create(VM, inputs)).rejects.toThrow("[503] maintenance");
    expect(stub.requests.filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  it("says what Linode did not like, and where", async () => {
    const body = { errors: [{ reason: "Label must be unique among your linodes", field: "label" }] };
    stub.surprises.push({ on: /^POST .*instances$/, answer: { status: 400, body } });
    const failure = engine.create(VM, inputs);
    await expect(failure).rejects.toThrow(
      "Error creating a Linode Instance: [400] [label] Label must be unique among your linodes",
    );
  });

  it("keeps a Linode that was created and then failed, and an update finishes it", async () => {
    stub.surprises.push({ on: /^GET .*instances\/\d+$/, answer: refusal(500, "broken") });
    const failure: unknown = await engine.create(VM, inputs).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InitializationError);
    const { id, outputs } = failure as InitializationError;
    expect(stub.instances.has(Number(id))).toBe(true);
    expect(outputs).toMatchObject({ label: "web1", image: "linode/debian12", ipAddress: "203.0.113.28" });
    const { inputs: checked } = await engine.check(VM, inputs);
    const finished = await engine.update(VM, id, { outputs, inputs: checked, oldInputs: checked });
    expect(finished).toMatchObject({ label: "web1", bootConfigLabel: "My Debian 12 Disk Profile", swapSize: 512 });
  });

  it("has what was wanted in the state of an update that failed, as the official plugin, until the next one has looked", async () => {
    const { inputs: checked } = await engine.check(VM, inputs);
    const { id, outputs } = await engine.create(VM, checked);
    stub.surprises.push({ on: /^PUT .*instances\/\d+$/, answer: refusal(400, "no") });
    const wanted = { ...checked, label: "web2" };
    const failure: unknown = await engine
      .update(VM, id, { outputs, inputs: wanted, oldInputs: checked })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InitializationError);
    const { outputs: kept } = failure as InitializationError;
    expect(kept).toMatchObject({ label: "web2" });
    // The engine asks for an update of what has failed, whatever the diff says.
    const seen = await engine.update(VM, id, { outputs: kept, inputs: wanted, oldInputs: checked });
    expect(seen).toMatchObject({ label: "web1" });
    expect((await engine.diff(VM, id, { outputs: seen, inputs: wanted })).detailed).toEqual({ label: "update" });
  });

  it("tells that what it waits for has failed", async () => {
    const { inputs: checked } = await engine.check(VM, inputs);
    const { id, outputs } = await engine.create(VM, checked);
    const event = { id: 1, status: "failed", action: "linode_shutdown", message: "the host is gone" };
    stub.surprises.push({ on: /^GET .*account\/events\/\d+$/, answer: { body: event } });
    const off = { ...checked, booted: false };
    await expect(engine.update(VM, id, { outputs, inputs: off, oldInputs: checked })).rejects.toThrow(
      /failed: the host is gone/,
    );
  });

  it("stops waiting when the person cancels", async () => {
    stub.surprises.push(...Array.from({ length: 500 }, () => ({
      on: /^GET .*instances\/\d+$/,
      answer: { body: { id: 1000, status: "provisioning" } },
    }))); // prettier-ignore
    const creating = engine.create(VM, inputs).catch((error: unknown) => error);
    while (stub.instances.size === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await engine.cancel();
    const { id, outputs } = (await creating) as InitializationError;
    expect(id).toBe("1000");
    // The engine can't read a state in which something is unknown, and forgets the Linode.
    expect(hasUnknown(outputs as Value)).toBe(false);
  });
});

describe("the provider's configuration", () => {
  let stub: LinodeStub;
  beforeEach(async () => (stub = await LinodeStub.start()));
  afterEach(() => stub.stop());

  it("is tried at once: a wrong token is told before anything is created", async () => {
    stub.surprises.push({ on: /types/, answer: refusal(401, "Invalid Token") });
    const starting = TestEngine.start(provider, { url: stub.url, token: "wrong" });
    await expect(starting).rejects.toThrow("Error connecting to the Linode API: [401] Invalid Token");
  });

  it("sends the token, and the names that Linode knows the official plugin by", async () => {
    const engine = await TestEngine.start(provider, {
      url: `${stub.url}/prefix`,
      token: "t0ken",
      uaPrefix: "trinode",
    }).catch(() => undefined);
    await engine?.stop();
    const [ping] = stub.requests;
    expect(ping?.path).toBe("/prefix/v4/linode/types?page=100");
    expect(ping?.headers).toMatchObject({ authorization: "Bearer t0ken", accept: "application/json" });
    expect(ping?.headers["user-agent"]).toMatch(/^trinode HashiCorp Terraform.*terraform-provider-linode/);
  });
});

describe("what the stand-in does not do", () => {
  let stub: LinodeStub;
  let engine: TestEngine;
  beforeEach(async () => {
    stub = await LinodeStub.start();
    engine = await TestEngine.start(provider, { url: stub.url });
  });
  afterEach(async () => {
    await engine.stop();
    await stub.stop();
  });

  it("is refused by name, before anything is created", async () => {
    const volume = urn("linode:index/volume:Volume", "data");
    await expect(engine.check(volume, {})).rejects.toThrow(
      /^The resource linode:index\/volume:Volume is not in this stand-in/,
    );
    const { inputs: checked } = await engine.check(VM, { region: "fr-par", disks: [{ label: "boot", size: 100 }] });
    await expect(engine.create(VM, checked)).rejects.toThrow(
      /\* disks: explicit disks and configs are not in this stand-in/,
    );
    expect(stub.instances.size).toBe(0);
  });

  it("an image and a backup exclude each other", async () => {
    const { failures } = await engine.check(VM, { ...inputs, backupId: 4 });
    expect(Object.values(failures)).toEqual([expect.stringContaining("conflicts with image")]);
  });
});
