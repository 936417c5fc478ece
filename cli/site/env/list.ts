import { table } from "../table";
import type { Verb } from "../verb";
import { readVariables, type Variable } from "./variables";

/** `./site env list` */
export function listCommand(verb: Verb): void {
  verb.parent
    .command("list")
    .description("lists the variables; secrets are masked")
    .action(async () => {
      const { configFile } = await verb.stack();
      const variables = readVariables(configFile);
      verb.print(
        variables.map(({ name, value }) => ({
          name,
          secret: value === undefined,
          ...(value !== undefined && { value }),
        })),
        variablesTable(variables),
      );
    });
}

export function variablesTable(variables: Variable[]): string {
  return table(variables.map(({ name, value }) => [name, value === undefined ? "********" : oneLine(value)]));
}

function oneLine(value: string): string {
  return value.includes("\n") ? JSON.stringify(value) : value;
}
