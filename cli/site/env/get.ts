import { SiteError } from "../failure";
import type { Verb } from "../verb";
import { findVariable, readVariables } from "./variables";

/** `./site env get NAME [--show]` */
export function getCommand(verb: Verb): void {
  verb.parent
    .command("get")
    .description("prints one variable as it is configured, ${…} and all")
    .argument("<name>")
    .option("--show", "also when it is a secret")
    .action(async (name: string, { show = false }: { show?: boolean }) => {
      const stack = await verb.stack();
      const { section, value } = findVariable(readVariables(stack.configFile), name);
      if (value === undefined && !show)
        throw new SiteError(`${name} is a secret. Print it all the same: ./site env get ${name} --show`);
      const printed = value ?? (await readSecret(stack, section, name));
      verb.print({ name, value: printed }, printed);
    });
}

async function readSecret(
  stack: { config(): Promise<Record<string, unknown>> },
  section: string,
  name: string,
): Promise<string> {
  const { app } = (await stack.config()) as { app: Record<string, Record<string, unknown>> };
  return String(app[section]?.[name]);
}
