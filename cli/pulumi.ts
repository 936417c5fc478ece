import { run, type RunOptions } from "./run";

/** One stack, as the command line sees it. */
export interface Stack {
  name: string;
  /** Its configuration; Pulumi's own place when left out. */
  configFile?: string;
  /** Where `pulumi`, its state and passphrase are: see `localEnvironment`. */
  env: NodeJS.ProcessEnv;
}

/** Runs `pulumi` on a stack. @throws CommandFailed */
export function pulumi(
  stack: Stack,
  args: string[],
  options: Pick<RunOptions, "show" | "each" | "input"> = {},
): Promise<string> {
  const where = ["--non-interactive", "--stack", stack.name];
  const file = stack.configFile && takesConfigFile(args) ? ["--config-file", stack.configFile] : [];
  return run("pulumi", [...args, ...where, ...file], { ...options, env: { ...stack.env, PULUMI_STACK: undefined } });
}

const takesConfigFile = ([verb = ""]: string[]) =>
  ["up", "preview", "destroy", "refresh", "config", "import"].includes(verb);

/** The stack's outputs. Secrets stay hidden. */
export async function outputs(stack: Stack): Promise<Record<string, unknown>> {
  return JSON.parse(await pulumi(stack, ["stack", "output", "--json"])) as Record<string, unknown>;
}
