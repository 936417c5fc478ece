import { resource } from "../base/provider";
import { Properties, Secret, unknown } from "../base/values";
import { withBridgeFields } from "./bridge";
import { Nothing, planDiff } from "./plan";
import { checkText, generateText, importedText, optionalTextNames, planText, textNames } from "./textPlan";

const schemaVersion = 3;

/** `random:index/randomPassword:RandomPassword`: a random text that is secret, and its bcrypt hash. */
export const password = resource<Nothing>({
  token: "random:index/randomPassword:RandomPassword",
  check: (inputs) => checkText(inputs, "password"),
  diff: (outputs, inputs) => planDiff(outputs, planText(inputs), textNames),
  preview: (inputs, old) => ({ ...planText(inputs), ...resultsOf(old) }),

  async create(inputs) {
    const planned = planText(inputs);
    return { id: "none", outputs: await state(planned, generateText(planned)) };
  },

  async read(outputs, _inputs, { id, importing }) {
    if (!importing) {
      return { outputs: withBridgeFields(stored(outputs), optionalTextNames, schemaVersion) };
    }
    const imported = importedText(id);
    return { id: "none", inputs: imported.inputs, outputs: await state(imported.planned, id) };
  },

  async update(_id, outputs, inputs) {
    return withBridgeFields(stored({ ...planText(inputs), ...resultsOf(outputs) }), optionalTextNames, schemaVersion);
  },

  async delete() {},
});

async function state(planned: Properties, text: string): Promise<Properties> {
  const outputs = { ...planned, id: "none", result: text, bcryptHash: await bcrypt(text) };
  return withBridgeFields(stored(outputs), optionalTextNames, schemaVersion);
}

/** Secrets come without their marks, and go back with them. */
function stored(outputs: Properties): Properties {
  return {
    ...outputs,
    result: new Secret(outputs["result"] ?? ""),
    bcryptHash: new Secret(outputs["bcryptHash"] ?? ""),
  };
}

function resultsOf(old: Properties | undefined): Properties {
  const { id = unknown, result = unknown, bcryptHash = unknown }: Properties = old ?? {};
  return { id, result, bcryptHash };
}

/** Cost 10, and Go's name for the method (the two are the same). */
async function bcrypt(text: string): Promise<string> {
  const { hash } = await import("bcryptjs"); // Only making a password needs it.
  return (await hash(text, 10)).replace(/^\$2b\$/, "$2a$");
}
