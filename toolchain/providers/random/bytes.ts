import { randomBytes } from "node:crypto";
import { resource } from "../base/provider";
import { Properties, Secret, unknown } from "../base/values";
import { withBridgeFields } from "./bridge";
import { checkCount, keepersOf, Nothing, planDiff } from "./plan";

const names = ["keepers", "length"] as const;
const optional = ["keepers"];

/** `random:index/randomBytes:RandomBytes`: secret random bytes. The id is the bytes themselves, as it officially is. */
export const bytes = resource<Nothing>({
  token: "random:index/randomBytes:RandomBytes",

  check(inputs) {
    const meaning = "The number of bytes requested. The minimum value for length is 1.";
    return { inputs, failures: checkCount(inputs, "length", "bytes", meaning) };
  },

  diff: (outputs, inputs) => planDiff(outputs, plan(inputs), names),

  preview(inputs, old) {
    const { base64 = unknown, hex = unknown }: Properties = old ?? {};
    return { ...plan(inputs), base64, hex };
  },

  async create(inputs) {
    const planned = plan(inputs);
    const content = randomBytes(planned["length"] as number);
    return { id: content.toString("base64"), outputs: state(planned, content) };
  },

  async read(outputs, _inputs, { id, importing }) {
    const content = Buffer.from(id, "base64");
    if (!importing) return { outputs: state(outputs, content) };
    if (content.length === 0 || content.toString("base64") !== id) throw new Error(importErrorText(id));
    const planned = { length: content.length };
    return { inputs: planned, outputs: state(planned, content) };
  },

  async update(id, _outputs, inputs) {
    return state(plan(inputs), Buffer.from(id, "base64"));
  },

  async delete() {},
});

function plan(inputs: Properties): Properties {
  const { length } = inputs;
  return { length: typeof length === "string" ? Number(length) : length, keepers: keepersOf(inputs) };
}

function state(planned: Properties, content: Buffer): Properties {
  return withBridgeFields({ ...planned, ...writings(content) }, optional);
}

function writings(content: Buffer): Properties {
  return { base64: new Secret(content.toString("base64")), hex: new Secret(content.toString("hex")) };
}

function importErrorText(id: string): string {
  return (
    "Import Random bytes Error: There was an error during the parsing of the base64 string.\n\n" +
    `"${id.slice(0, 4)}…" is not standard base64.`
  );
}
