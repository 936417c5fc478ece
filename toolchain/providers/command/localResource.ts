import { Context, providerFunction, resource } from "../base/provider";
import { Properties } from "../base/values";
import { chooseFiles, fileArchive } from "./files";
import { mismatches, mustFit } from "./infer";
import { LocalRun, runLocally } from "./localCommand";
import { CommandOutput } from "./output";
import { checkInputs, diffInputs, limited, newId, Nothing, plain, previewOf, readAsIs } from "./resourceBase";
import { localCommandInputs, localCommandOutputs, localRunInputs } from "./shapes";

/** What `runLocally` needs and what is done afterwards, as the inputs name it. */
interface LocalInputs extends Omit<LocalRun, "command" | "previous"> {
  create?: string;
  update?: string;
  delete?: string;
  assetPaths?: string[];
  archivePaths?: string[];
}

const nothingYet = { stdout: "", stderr: "" };

/** `command:local:Command`: a command of this machine at creation, update and deletion. */
export const localCommand = resource<Nothing>({
  token: "command:local:Command",
  check: (inputs) => checkInputs(inputs, localCommandInputs),
  diff: (outputs, inputs, context) => diffInputs(outputs, inputs, context, localCommandInputs),
  preview: (inputs, old) => previewOf(inputs, old, previousOutputs(old), localCommandInputs),
  read: (outputs, inputs, context) => readAsIs(outputs, inputs, context, localCommandOutputs),

  async create(inputs, context) {
    mustFit(inputs, localCommandInputs, "invalid inputs: ");
    const { create } = plain<LocalInputs>(inputs);
    return { id: newId(context.name), outputs: await runWith(create, inputs, nothingYet, context) };
  },

  async update(_id, outputs, inputs, context) {
    mustFit(outputs, localCommandOutputs);
    mustFit(inputs, localCommandInputs);
    const { create, update } = plain<LocalInputs>(inputs);
    return runWith(update ?? create, inputs, previousOutputs(outputs), context);
  },

  async delete(_id, outputs, context) {
    mustFit(outputs, localCommandOutputs);
    const command = plain<LocalInputs>(outputs).delete;
    if (command !== undefined) await run(command, plain<LocalInputs>(outputs), previousOutputs(outputs), context);
  },
});

/** `command:local:run`: a command at every preview and deployment. */
export const localRun = providerFunction<Nothing>({
  token: "command:local:run",
  async invoke(args, context) {
    const failure = mismatches(args, localRunInputs)[0];
    if (failure !== undefined) throw new Error(failure.reason);
    const { command, ...rest } = plain<LocalInputs & { command: string }>(args);
    return { ...args, ...(await run(command, rest, nothingYet, context)) };
  },
});

function previousOutputs(old: Properties | undefined): Properties {
  const { stdout = "", stderr = "", assets, archive }: Properties = old ?? {};
  return { stdout, stderr, assets, archive };
}

async function runWith(
  command: string | undefined,
  inputs: Properties,
  previous: Properties,
  context: Context<Nothing>,
): Promise<Properties> {
  if (command === undefined) return { ...inputs, ...previous };
  return { ...inputs, ...previous, ...(await run(command, plain<LocalInputs>(inputs), previous, context)) };
}

async function run(
  command: string,
  { assetPaths, archivePaths, ...rest }: LocalInputs,
  previous: Properties,
  context: Context<Nothing>,
): Promise<Properties> {
  const { stdout, stderr } = plain<CommandOutput>(previous);
  const what: LocalRun = { ...rest, command, previous: { stdout, stderr } };
  const output = await runLocally(what, { status: (line) => context.log.status(line), signal: limited(context) });
  const directory = rest.dir ?? process.cwd();
  const assets = assetPaths && (await chooseFiles(directory, assetPaths));
  const archive = archivePaths && (await fileArchive(await chooseFiles(directory, archivePaths)));
  return { ...(assets ? { assets } : {}), ...(archive ? { archive } : {}), ...output };
}
