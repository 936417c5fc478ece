import { applyChange } from "../change";
import type { SiteStack } from "../stack";
import type { Verb } from "../verb";
import { readValue } from "./input";
import { checkName, pathOf, readVariables, type Section } from "./variables";

interface SetOptions {
  plain?: boolean;
  secret?: boolean;
}

/** `./site env set NAME` */
export function setCommand(verb: Verb): void {
  verb.parent
    .command("set")
    .description("sets a variable to what standard input holds, and restarts the site, one process after the other")
    .argument("<name>")
    .option("--plain", "readable in the configuration")
    .option("--secret", "encrypted in the configuration")
    .addHelpText(
      "after",
      "\nOn a terminal the value is asked for and not shown. From a pipe or file it may have several lines; one line end at its very end\nis not part of it:  ./site env set TLS_KEY <key.pem",
    )
    .action(async (name: string, options: SetOptions) => {
      checkName(name);
      const stack = await verb.stack();
      const section = sectionFor(stack, name, options);
      const value = await readValue(name);
      await applyChange(stack, {
        what: `env set ${name}`,
        edit: (file) => setVariable(stack, file, section, name, value),
      });
      verb.print({ name, set: true }, `${name} is set, and the site runs with it`);
    });
}

/** A variable that is there stays where it is, unless it is said otherwise; a new one is a secret. */
function sectionFor({ configFile }: SiteStack, name: string, { plain, secret }: SetOptions): Section {
  if (plain) return "env";
  if (secret) return "secrets";
  return readVariables(configFile).find((variable) => variable.name === name)?.section ?? "secrets";
}

/** Sets a variable in a file of the stack; it stands in one section only. */
export async function setVariable(
  stack: SiteStack,
  file: string,
  section: Section,
  name: string,
  value: string,
): Promise<void> {
  const before = readVariables(file).find((variable) => variable.name === name);
  if (before && before.section !== section) await stack.removeValue(file, pathOf(before.section, name));
  await stack.setValue(file, pathOf(section, name), value, section === "secrets");
}
