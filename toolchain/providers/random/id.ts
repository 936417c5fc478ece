import { randomBytes } from "node:crypto";
import { resource } from "../base/provider";
import { Properties, unknown, Value } from "../base/values";
import { withBridgeFields } from "./bridge";
import { checkCount, keepersOf, Nothing, planDiff } from "./plan";

const names = ["byteLength", "keepers", "prefix"] as const;
const optional = ["keepers", "prefix"];
const meaning =
  "The number of random bytes to produce. The minimum value is 1, which produces eight bits of randomness.";

/** `random:index/randomId:RandomId`: random bytes in several writings, each after a prefix. */
export const id = resource<Nothing>({
  token: "random:index/randomId:RandomId",

  check(inputs) {
    const failures = checkCount({ byteLength: inputs["byteLength"] }, "byteLength", "id", meaning);
    return { inputs, failures: failures.filter((failure) => failure.reason.startsWith("Missing")) };
  },

  diff: (outputs, inputs) => planDiff(outputs, plan(inputs), names),
  preview: (inputs, old) => ({ ...plan(inputs), ...(old === undefined ? unknownWritings : writingsOf(old)) }),

  async create(inputs) {
    const planned = plan(inputs);
    const bytes = randomBytes(planned["byteLength"] as number);
    return { id: bytes.toString("base64url"), outputs: state(planned, bytes) };
  },

  async read(outputs, _inputs, { id: asked, importing }) {
    if (!importing) return { outputs: withBridgeFields(outputs, optional) };
    const [prefix, text] = splitPrefix(asked);
    const bytes = decode(text);
    const planned: Properties = { byteLength: bytes.length, prefix };
    return { id: text, inputs: planned, outputs: state(planned, bytes) };
  },

  async update(_id, outputs, inputs) {
    return withBridgeFields({ ...plan(inputs), ...writingsOf(outputs) }, optional);
  },

  async delete() {},
});

const writings = ["id", "b64Std", "b64Url", "dec", "hex"] as const;
const unknownWritings: Properties = Object.fromEntries(writings.map((name) => [name, unknown]));

function writingsOf(outputs: Properties): Properties {
  return Object.fromEntries(writings.map((name): [string, Value | undefined] => [name, outputs[name]]));
}

function plan(inputs: Properties): Properties {
  const { byteLength, prefix } = inputs;
  return {
    byteLength: typeof byteLength === "string" ? Number(byteLength) : byteLength,
    keepers: keepersOf(inputs),
    prefix: prefix ?? undefined,
  };
}

function state(planned: Properties, bytes: Buffer): Properties {
  const prefix = (planned["prefix"] ?? "") as string;
  const outputs = {
    ...planned,
    id: bytes.toString("base64url"),
    b64Std: prefix + bytes.toString("base64"),
    b64Url: prefix + bytes.toString("base64url"),
    dec: prefix + BigInt(`0x0${bytes.toString("hex")}`).toString(),
    hex: prefix + bytes.toString("hex"),
  };
  return withBridgeFields(outputs, optional);
}

/** `prefix,id`, as `pulumi import` takes it. */
function splitPrefix(asked: string): [string | undefined, string] {
  const comma = asked.lastIndexOf(",");
  return comma < 0 ? [undefined, asked] : [asked.slice(0, comma) || undefined, asked.slice(comma + 1)];
}

function decode(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (text !== "" && bytes.toString("base64url") === text) return bytes;
  throw new Error(
    "Import Random ID Error: While attempting to import a random id there was a decoding error.\n\n" +
      `"${text}" is not URL-safe base64 without padding. Import by \`<b64Url>\` or \`<prefix>,<b64Url>\`.`,
  );
}
