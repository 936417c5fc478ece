import { Context, resource } from "../base/provider";
import { Properties } from "../base/values";
import { Connection } from "./connection";
import { mustFit } from "./infer";
import { CommandOutput, Logging } from "./output";
import { checkInputs, diffInputs, limited, newId, Nothing, plain, previewOf, readAsIs } from "./resourceBase";
import { remoteCommandInputs, remoteCommandOutputs } from "./shapes";

interface RemoteInputs {
  connection: Connection;
  create?: string;
  update?: string;
  delete?: string;
  stdin?: string;
  logging?: Logging;
  environment?: Record<string, string>;
  addPreviousOutputInEnv?: boolean;
}

/** `command:remote:Command`: a command of another machine at creation, update and deletion. */
export const remoteCommand = resource<Nothing>({
  token: "command:remote:Command",
  check: (inputs) => checkInputs(inputs, remoteCommandInputs),
  diff: (outputs, inputs, context) => diffInputs(outputs, inputs, context, remoteCommandInputs),
  preview: (inputs, old) => previewOf(inputs, old, { ...streamsOf(old) }, remoteCommandInputs),
  read: (outputs, inputs, context) => readAsIs(outputs, inputs, context, remoteCommandOutputs),

  async create(inputs, context) {
    mustFit(inputs, remoteCommandInputs, "invalid inputs: ");
    const { create } = plain<RemoteInputs>(inputs);
    return { id: newId(context.name), outputs: await runWith(create, inputs, streamsOf(undefined), context) };
  },

  async update(_id, outputs, inputs, context) {
    mustFit(outputs, remoteCommandOutputs);
    mustFit(inputs, remoteCommandInputs);
    const { create, update } = plain<RemoteInputs>(inputs);
    return runWith(update ?? create, inputs, streamsOf(outputs), context);
  },

  async delete(_id, outputs, context) {
    mustFit(outputs, remoteCommandOutputs);
    await runWith(plain<RemoteInputs>(outputs).delete, outputs, streamsOf(outputs), context);
  },
});

function streamsOf(old: Properties | undefined): CommandOutput {
  const { stdout, stderr } = plain<Partial<CommandOutput>>(old ?? {});
  return { stdout: stdout ?? "", stderr: stderr ?? "" };
}

async function runWith(
  command: string | undefined,
  values: Properties,
  previous: CommandOutput,
  context: Context<Nothing>,
): Promise<Properties> {
  if (command === undefined) return { ...values, ...previous };
  const { connection, stdin, environment, logging, addPreviousOutputInEnv } = plain<RemoteInputs>(values);
  const run = { connection, command, stdin, environment, logging, previous, addPreviousOutputInEnv };
  // Loaded when first needed: the engine starts this plugin for every preview, and SSH is most of it.
  const { runRemotely } = await import("./remoteCommand");
  const output = await runRemotely(run, { ...context.log, signal: context.signal, dialSignal: limited(context) });
  return { ...values, ...output };
}
