import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { encodeBundle, receiveBundle } from "../render/bundle";
import type { HostFile } from "../render/hostFile";
import type { LinodeHost } from "./linodeHost";

export interface HostStepArgs {
  /** Script in `scripts/` (without `.sh`) that does the step. It can be run again at any time. */
  verb: string;
  /** Further scripts that the verb calls or that stay on the host. @default none */
  scripts?: string[];
  /** Files that the verb installs. @default none */
  files?: pulumi.Input<HostFile[]>;
  /** Values for the verb, secret ones too: they travel encrypted, and on standard input only. @default none */
  environment?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Does the step again, as new, when one of these changes, beside the host's id. @default none */
  triggers?: pulumi.Input<unknown>[];
  /**
   * Whether what the step has printed is for the machine that takes this one's place: there the verb finds it in
   * PULUMI_COMMAND_STDOUT, if the machine's sshd accepts that variable. @default false
   */
  handsOver?: boolean;
}

/** Scripts that every role's setup brings along: for itself, and for operators. */
export const hostScripts = [
  "lib/host.sh",
  "lib/services.sh",
  "lib/status.sh",
  "logs.sh",
  "services.sh",
  "status.sh",
  "status-host.sh",
];

/**
 * One step on a host: one SSH connection in which the files, the scripts and the values of a verb arrive and the verb runs.
 * It runs when any of these has changed, and not otherwise. What the verb says on standard error is shown while it
 * runs; what it prints on standard output is the resource's `stdout`.
 */
export function hostStep(
  name: string,
  host: LinodeHost,
  args: HostStepArgs,
  opts: pulumi.CustomResourceOptions,
): command.remote.Command {
  const { handsOver = false, triggers = [] } = args;
  return new command.remote.Command(
    name,
    {
      connection: host.connection,
      create: receiveBundle,
      stdin: pulumi.secret(bundleOf(args)),
      // A step that hands over is not made anew with its machine but updated, for the new host key.
      triggers: handsOver ? triggers : [host.id, ...triggers],
      addPreviousOutputInEnv: handsOver,
      logging: command.remote.Logging.Stderr,
    },
    { ...opts, deletedWith: host.instance, additionalSecretOutputs: ["stdout"] },
  );
}

function bundleOf({ verb, scripts = [], files = [], environment = {} }: HostStepArgs): pulumi.Output<string> {
  return pulumi.all([files, environment]).apply((known) => {
    const [ownFiles, values] = known;
    return encodeBundle({ verb, scripts, files: ownFiles, environment: values });
  });
}

/** Another text whenever the step is another one: for what has to be done around it. */
export function changeOf(args: HostStepArgs): pulumi.Output<string> {
  return bundleOf(args).apply((bundle) => createHash("sha256").update(bundle).digest("hex"));
}
