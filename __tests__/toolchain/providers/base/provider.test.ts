import fc from "fast-check";
import {
  diffProperties,
  Incomplete,
  Provider,
  Properties,
  resource,
  Secret,
  unknown,
  Value,
} from "../../../../toolchain/providers/base";
import { decode, encode } from "../../../../toolchain/providers/base/wire";
import { InitializationError, TestEngine, urn } from "./client";

interface Boxes {
  prefix: string;
  made: object[];
}

const box = resource<Boxes, { label: string; full?: boolean }, { label: string; size: number }>({
  token: "test:index/box:Box",
  computed: ["size"],
  check: (inputs) => ({
    inputs: { color: "red", ...inputs },
    failures: inputs.label === "" ? [{ property: "label", reason: "is empty" }] : [],
  }),
  diff: (_outputs, inputs, { oldInputs }) => diffProperties(oldInputs, inputs, { replaceOn: ["color"] }),
  create: async (inputs, { client }) => {
    client.made.push(inputs);
    if (inputs.full) throw new Incomplete("7", { label: inputs.label }, ["it is full"]);
    return { id: client.prefix + inputs.label, outputs: { ...inputs, size: 3 } };
  },
  read: async (_outputs, _inputs, { id }) => (id === "gone" ? undefined : { outputs: { label: id, size: 3 } }),
  update: async (_id, outputs, inputs) => ({ ...outputs, ...inputs }),
  delete: async () => {
    throw new Error("it is nailed down");
  },
});

function provider(secrets: "engine" | "provider", made: object[] = []): Provider<Boxes> {
  return {
    name: "test",
    version: "1.2.3",
    secrets,
    configure: (config) => ({ prefix: config.prefix as string, made }),
    resources: [box],
    functions: [],
  };
}

const BOX = urn("test:index/box:Box", "one");

describe("a stand-in provider", () => {
  let engine: TestEngine;
  let made: object[];

  beforeEach(async () => {
    made = [];
    engine = await TestEngine.start(provider("engine", made), { prefix: "box-" });
  });
  afterEach(() => engine.stop());

  it("fills in defaults and names wrong inputs", async () => {
    const { inputs, failures } = await engine.check(BOX, { label: "" });
    expect(inputs).toEqual({ label: "", color: "red" });
    expect(failures).toEqual({ label: "is empty" });
  });

  it("creates with the provider's configuration, and without secret marks if the engine keeps them", async () => {
    const created = await engine.create(BOX, { label: new Secret("a") });
    expect(created).toEqual({ id: "box-a", outputs: { label: "a", size: 3 } });
    expect(made).toEqual([{ label: "a" }]);
  });

  it("previews a creation with its computed outputs unknown, and creates nothing", async () => {
    const { outputs } = await engine.create(BOX, { label: unknown }, true);
    expect(outputs).toEqual({ label: unknown, size: unknown });
    expect(made).toEqual([]);
  });

  it("says what changed, where, and whether it replaces", async () => {
    const oldInputs = { label: "a", color: "red", tags: ["x"] };
    const answer = await engine.diff(BOX, "7", {
      outputs: {},
      oldInputs,
      inputs: { label: "b", color: "blue", tags: ["x", "y"] },
    });
    expect(answer.detailed).toEqual({ label: "update", color: "update-replace", "tags[1]": "add" });
    expect(answer.replaces).toEqual(["color"]);
    expect((await engine.diff(BOX, "7", { outputs: {}, oldInputs, inputs: oldInputs })).changes).toBe("none");
  });

  it("keeps what a creation that failed half-way left behind", async () => {
    const failure = await engine.create(BOX, { label: "a", full: true }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InitializationError);
    expect(failure).toMatchObject({ message: "it is full", id: "7", outputs: { label: "a" } });
  });

  it("refreshes what is there, and forgets what is gone", async () => {
    const state = { outputs: { label: "a" }, inputs: { label: "a" } };
    expect(await engine.read(BOX, "a", state)).toEqual({
      id: "a",
      outputs: { label: "a", size: 3 },
      inputs: { label: "a" },
    });
    expect(await engine.read(BOX, "gone", state)).toBeUndefined();
  });

  it("passes an error's message on", async () => {
    await expect(engine.delete(BOX, "a", {})).rejects.toThrow(/^it is nailed down$/);
  });

  it("refuses what it does not have, by name", async () => {
    await expect(engine.check(urn("test:index/lid:Lid", "x"), {})).rejects.toThrow(
      /^The resource test:index\/lid:Lid is not in/,
    );
    await expect(engine.invoke("test:index/getLid:getLid", {})).rejects.toThrow(
      /^The function test:index\/getLid:getLid is not in/,
    );
  });
});

it("a provider that handles secrets itself gets them marked", async () => {
  const made: object[] = [];
  const engine = await TestEngine.start(provider("provider", made), {});
  try {
    const { outputs } = await engine.create(BOX, { label: new Secret("a") });
    expect(outputs).toEqual({ label: new Secret("a"), size: 3 });
  } finally {
    await engine.stop();
  }
});

it("any value survives the wire", () => {
  // Plain objects hold the messages' fields; "__proto__" is the one name that they can't hold, and no resource has it.
  const key = fc.string().filter((name) => name !== "__proto__");
  const { value } = fc.letrec<{ value: Value }>((tie) => ({
    value: fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => (Object.is(number, -0) ? 0 : number)),
      fc.string(),
      fc.constant(unknown),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 3, noNullPrototype: true }),
      tie("value").map((inner) => new Secret(inner)),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, value, { noNullPrototype: true }), (properties: Properties) => {
      expect(decode(encode(properties))).toEqual(properties);
    }),
  );
});
