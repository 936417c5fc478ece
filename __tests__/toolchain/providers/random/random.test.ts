import { compare } from "bcryptjs";
import * as fc from "fast-check";
import { Properties, reveal, Secret, unknown } from "../../../../toolchain/providers/base";
import { CharacterRule, defaultSpecial, randomText } from "../../../../toolchain/providers/random/characters";
import { provider } from "../../../../toolchain/providers/random/provider";
import { TestEngine, urn } from "../base/client";

const password = urn("random:index/randomPassword:RandomPassword", "p");
const string = urn("random:index/randomString:RandomString", "s");
const id = urn("random:index/randomId:RandomId", "i");
const bytes = urn("random:index/randomBytes:RandomBytes", "b");

let engine: TestEngine;
beforeEach(async () => void (engine = await TestEngine.start(provider)));
afterEach(() => engine.stop());

describe("a random text", () => {
  const everything = { upper: true, lower: true, numeric: true, special: true };
  const nothingAtLeast = { minUpper: 0, minLower: 0, minNumeric: 0, minSpecial: 0 };

  it("has its length, only permitted characters, and at least as many of each kind as asked", () => {
    const minimum = fc.integer({ min: 0, max: 5 });
    const rules = fc.record({
      length: fc.integer({ min: 20, max: 60 }),
      upper: fc.boolean(),
      lower: fc.boolean(),
      numeric: fc.constant(true),
      special: fc.boolean(),
      minUpper: minimum,
      minLower: minimum,
      minNumeric: minimum,
      minSpecial: minimum,
      overrideSpecial: fc.constantFrom(undefined, "", "é_"),
    });
    fc.assert(
      fc.property(rules, (rule) => {
        const text = Array.from(randomText(rule as CharacterRule));
        const special = Array.from(rule.overrideSpecial || defaultSpecial);
        const count = (test: (character: string) => boolean) => text.filter(test).length;
        const counts = [
          [count((one) => /[A-Z]/.test(one)), rule.minUpper, rule.upper],
          [count((one) => /[a-z]/.test(one)), rule.minLower, rule.lower],
          [count((one) => /[0-9]/.test(one)), rule.minNumeric, true],
          [count((one) => special.includes(one)), rule.minSpecial, rule.special],
        ] as const;
        expect(text).toHaveLength(rule.length);
        expect(counts.reduce((sum, [found]) => sum + found, 0)).toBe(rule.length);
        for (const [found, least, permitted] of counts) {
          expect(found).toBeGreaterThanOrEqual(least);
          if (!permitted) expect(found).toBe(least);
        }
      }),
    );
  });

  it("uses every permitted character, and required ones at any place", () => {
    const texts = Array.from({ length: 400 }, () =>
      randomText({
        ...everything,
        ...nothingAtLeast,
        special: false,
        upper: false,
        lower: false,
        length: 10,
        minUpper: 1,
      }),
    );
    expect(new Set(texts.join("").replace(/[A-Z]/g, "")).size).toBe(10);
    expect(new Set(texts.map((text) => text.search(/[A-Z]/))).size).toBe(10);
    expect(new Set(texts).size).toBe(400);
  });

  it("is refused when nothing is permitted", () => {
    const none = { upper: false, lower: false, numeric: false, special: false };
    expect(() => randomText({ ...none, ...nothingAtLeast, length: 4 })).toThrow("the character set specified is empty");
  });
});

describe("RandomPassword", () => {
  it("is secret, with its bcrypt hash, in the official state's form", async () => {
    const { id: resourceId, outputs } = await engine.create(password, { length: 20, overrideSpecial: "_" });
    expect(resourceId).toBe("none");
    expect(outputs["result"]).toBeInstanceOf(Secret);
    expect(outputs["bcryptHash"]).toBeInstanceOf(Secret);
    const { result, bcryptHash } = reveal(outputs as never) as { result: string; bcryptHash: string };
    expect(result).toHaveLength(20);
    expect(bcryptHash).toMatch(/^\$2a\$10\$/);
    expect(await compare(result, bcryptHash)).toBe(true);
    expect(outputs).toMatchObject({
      __meta: '{"schema_version":"3"}',
      __pulumi_raw_state_delta: { obj: { ps: { keepers: new Secret({ replace: { raw: null } }) } } },
      id: "none",
      lower: true,
      minLower: 0,
      number: true,
      numeric: true,
    });
  });

  it("stays as it is until something that decides about it changes", async () => {
    const inputs: Properties = { length: 16, keepers: { a: "1" } };
    const { outputs } = await engine.create(password, inputs);
    const diff = (news: Properties) => engine.diff(password, "none", { outputs, inputs: news, oldInputs: inputs });
    expect((await diff({ ...inputs, special: true, minLower: 0, number: true })).changes).toBe("none");
    expect((await diff({ ...inputs, length: 17 })).replaces).toEqual(["length"]);
    expect((await diff({ ...inputs, keepers: { a: "2" } })).replaces).toEqual(["keepers"]);
    expect((await diff({ length: 16 })).replaces).toEqual(["keepers"]);
    expect((await diff({ ...inputs, numeric: false })).replaces).toEqual(["number", "numeric"]);
    expect((await diff({ ...inputs, overrideSpecial: "!" })).replaces).toEqual(["overrideSpecial"]);
    const same = await engine.read(password, "none", { outputs, inputs });
    expect(same?.outputs).toEqual(outputs);
  });

  it("is replaced by keepers with values only", async () => {
    const inputs = { length: 16 };
    const { outputs } = await engine.create(password, inputs);
    const diff = (keepers: never) => engine.diff(password, "none", { outputs, inputs: { ...inputs, keepers } });
    expect(await diff({} as never)).toMatchObject({ changes: "some", replaces: [] });
    expect(await diff({ a: unknown } as never)).toMatchObject({ replaces: ["keepers"] });
  });

  it("shows nothing made up in a preview", async () => {
    const { outputs } = await engine.create(password, { length: 16 }, true);
    expect(outputs).toMatchObject({ result: unknown, bcryptHash: unknown, id: unknown, length: 16 });
  });

  it("can be imported", async () => {
    const found = await engine.read(password, "hunter2");
    expect(found).toMatchObject({ id: "none", inputs: { length: 7, lower: true, number: true } });
    expect(reveal(found?.outputs["result"])).toBe("hunter2");
  });

  it.each([
    [{}, "Missing required property 'length'"],
    [{ length: 0 }, "must be at least 1, got: 0"],
    [{ length: 2, minLower: 3 }, "must be at least sum of min_upper"],
    [{ length: 8, upper: false, lower: false, special: false, numeric: false }, "At least one attribute out of"],
  ])("refuses %j before anything is made", async (inputs, reason) => {
    const { failures } = await engine.check(password, inputs);
    expect(failures[""]).toContain(reason);
  });
});

it("RandomString is its own id, open, and can be imported", async () => {
  const { id: text, outputs } = await engine.create(string, { length: 8, special: false });
  expect(text).toMatch(/^[A-Za-z0-9]{8}$/);
  expect(outputs).toMatchObject({ result: text, id: text, __meta: '{"schema_version":"2"}' });
  expect((await engine.read(string, "test-1"))?.outputs).toMatchObject({ result: "test-1", length: 6 });
});

it("RandomId writes the same bytes in four ways after its prefix", async () => {
  const { id: own, outputs } = await engine.create(id, { byteLength: 16, prefix: "my-" });
  const content = Buffer.from(own, "base64url");
  expect(content).toHaveLength(16);
  expect(outputs).toMatchObject({
    b64Url: `my-${own}`,
    b64Std: `my-${content.toString("base64")}`,
    hex: `my-${content.toString("hex")}`,
    dec: `my-${BigInt(`0x${content.toString("hex")}`)}`,
  });
  const imported = await engine.read(id, `my-,${own}`);
  expect(imported?.outputs).toEqual(outputs);
  expect(imported?.inputs).toMatchObject({ byteLength: 16, prefix: "my-" });
  await expect(engine.read(id, "!!!")).rejects.toThrow("Import Random ID Error");
});

it("RandomBytes are secret, and can be imported", async () => {
  const { id: own, outputs } = await engine.create(bytes, { length: 32 });
  expect(outputs["base64"]).toEqual(new Secret(own));
  expect(outputs["hex"]).toEqual(new Secret(Buffer.from(own, "base64").toString("hex")));
  expect((await engine.read(bytes, own))?.outputs).toEqual(outputs);
  await expect(engine.read(bytes, "###")).rejects.toThrow("Import Random bytes Error");
});
