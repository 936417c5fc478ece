import { CheckResult, Context, resource } from "../base/provider";
import { Archive, Asset, isUnknown, Properties, reveal } from "../base/values";
import { Connection } from "./connection";
import { copySource } from "./copy";
import { mustFit } from "./infer";
import type { RemoteFiles } from "./remoteFiles";
import { checkInputs, diffInputs, limited, newId, Nothing, plain, previewOf, readAsIs } from "./resourceBase";
import { copyFileInputs, copyToRemoteInputs } from "./shapes";

interface CopyInputs {
  connection: Connection;
  source: Asset | Archive;
  remotePath: string;
}

/** `command:remote:CopyToRemote`: files of this machine, or a text, on another one. Deleting leaves them there. */
export const copyToRemote = resource<Nothing>({
  token: "command:remote:CopyToRemote",
  check: checkCopy,
  diff: (outputs, inputs, context) => diffInputs(outputs, inputs, context, copyToRemoteInputs),
  preview: (inputs, old) => previewOf(inputs, old, {}, copyToRemoteInputs),
  read: (outputs, inputs, context) => readAsIs(outputs, inputs, context, copyToRemoteInputs),

  async create(inputs, context) {
    mustFit(inputs, copyToRemoteInputs, "invalid inputs: ");
    await copy(plain<CopyInputs>(inputs), context);
    return { id: newId(), outputs: inputs };
  },

  async update(_id, outputs, inputs, context) {
    mustFit(outputs, copyToRemoteInputs);
    mustFit(inputs, copyToRemoteInputs);
    const [old, now] = [plain<CopyInputs>(outputs), plain<CopyInputs>(inputs)];
    if (now.source.hash !== old.source.hash || now.remotePath !== old.remotePath) await copy(now, context);
    return inputs;
  },

  async delete() {},
});

/** `command:remote:CopyFile`, the older form: one file, replaced at any change. */
export const copyFile = resource<Nothing>({
  token: "command:remote:CopyFile",
  check: (inputs) => checkInputs(inputs, copyFileInputs),
  diff: (outputs, inputs, context) => diffInputs(outputs, inputs, context, copyFileInputs, true),
  preview: (inputs, old) => previewOf(inputs, old, {}, copyFileInputs),
  read: (outputs, inputs, context) => readAsIs(outputs, inputs, context, copyFileInputs),

  async create(inputs, context) {
    mustFit(inputs, copyFileInputs, "invalid inputs: ");
    const { connection, localPath, remotePath } = plain<CopyInputs & { localPath: string }>(inputs);
    await withFiles(connection, context, (files) => files.upload(localPath, remotePath));
    return { id: newId(), outputs: inputs };
  },

  async delete() {},
});

function checkCopy(inputs: Properties): CheckResult {
  const result = checkInputs(inputs, copyToRemoteInputs);
  const failures = [...(result.failures ?? []), ...sourceFailures(reveal(inputs["source"]))];
  return failures.length === 0 ? result : { ...result, failures };
}

/** An unknown source is refused as well, in previews too: the official version 1.2.1 does so. */
function sourceFailures(source: Properties[string]) {
  const fail = (property: string, reason: string) => [{ property, reason }];
  if (isUnknown(source) || !(source instanceof Asset || source instanceof Archive)) {
    return fail("asset", "either asset or archive must be set");
  }
  if (source instanceof Asset && "uri" in source.source) {
    return fail("asset", "asset must be a path-based file asset or a text asset");
  }
  if (source instanceof Archive && !("path" in source.source)) {
    return fail("archive", "archive must be a path to a file or directory");
  }
  return [];
}

async function copy({ connection, source, remotePath }: CopyInputs, context: Context<Nothing>): Promise<void> {
  await withFiles(connection, context, (files) => copySource(files, source, remotePath));
}

async function withFiles(
  connection: Connection,
  context: Context<Nothing>,
  use: (files: RemoteFiles) => Promise<void>,
): Promise<void> {
  // Loaded when first needed, as in remoteResource.ts.
  const [{ dial }, { RemoteFiles }] = await Promise.all([import("./dial"), import("./remoteFiles")]);
  const dialled = await dial(connection, { status: (line) => context.log.status(line), signal: limited(context) });
  const stop = () => dialled.close();
  context.signal.addEventListener("abort", stop, { once: true });
  try {
    await use(await RemoteFiles.open(dialled.client));
  } finally {
    context.signal.removeEventListener("abort", stop);
    dialled.close();
  }
}
