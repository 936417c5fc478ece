import { resource } from "../base/provider";
import { Properties, unknown } from "../base/values";
import { withBridgeFields } from "./bridge";
import { Nothing, planDiff } from "./plan";
import { checkText, generateText, importedText, optionalTextNames, planText, textNames } from "./textPlan";

const schemaVersion = 2;

/** `random:index/randomString:RandomString`: a random text that is no secret, e.g. part of a name. */
export const string = resource<Nothing>({
  token: "random:index/randomString:RandomString",
  check: (inputs) => checkText(inputs, "string"),
  diff: (outputs, inputs) => planDiff(outputs, planText(inputs), textNames),
  preview: (inputs, old) => ({ ...planText(inputs), ...resultsOf(old) }),

  async create(inputs) {
    const planned = planText(inputs);
    const text = generateText(planned);
    return { id: text, outputs: state(planned, text) };
  },

  async read(outputs, _inputs, { id, importing }) {
    if (!importing) return { outputs: withBridgeFields(outputs, optionalTextNames, schemaVersion) };
    const imported = importedText(id);
    return { inputs: imported.inputs, outputs: state(imported.planned, id) };
  },

  async update(id, _outputs, inputs) {
    return state(planText(inputs), id);
  },

  async delete() {},
});

function state(planned: Properties, text: string): Properties {
  return withBridgeFields({ ...planned, id: text, result: text }, optionalTextNames, schemaVersion);
}

function resultsOf(old: Properties | undefined): Properties {
  const { id = unknown, result = unknown }: Properties = old ?? {};
  return { id, result };
}
