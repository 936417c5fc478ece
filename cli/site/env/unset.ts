import { applyChange } from "../change";
import type { Verb } from "../verb";
import { findVariable, pathOf, readVariables } from "./variables";

/** `./site env unset NAME` */
export function unsetCommand(verb: Verb): void {
  verb.parent
    .command("unset")
    .description("takes a variable away, and restarts the site, one process after the other")
    .argument("<name>")
    .action(async (name: string) => {
      const stack = await verb.stack();
      const { section } = findVariable(readVariables(stack.configFile), name);
      const edit = (file: string) => stack.removeValue(file, pathOf(section, name));
      await applyChange(stack, { what: `env unset ${name}`, edit });
      verb.print({ name, set: false }, `${name} is gone, and the site runs without it`);
    });
}
