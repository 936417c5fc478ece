import { applyChange } from "../change";
import { readVariables } from "./variables";
import { setVariable } from "./set";
import type { Verb } from "../verb";

/** `./site env adopt` */
export function adoptCommand(verb: Verb): void {
  verb.parent
    .command("adopt")
    .description(
      "puts what was changed on the server with the scripts there (status: overrides) into the configuration",
    )
    .action(async () => {
      const site = await verb.site();
      const overrides = parseOverrides(await site.trinode("app", "override-show", "--secret"));
      const names = overrides.map(([name]) => name);
      if (names.length > 0) {
        await applyChange(site.stack, { what: "env adopt", edit: (file) => adopt(site.stack, file, overrides) });
        // They serve already: what serves is now what is configured.
        await site.trinode("app", "override-clear", "--keep-serving", ...names);
      }
      const text =
        names.length > 0 ? `${names.join(", ")}: in the configuration now` : "nothing was changed on the server";
      verb.print({ adopted: names }, text);
    });
}

async function adopt(stack: Parameters<typeof setVariable>[0], file: string, overrides: [string, string][]) {
  const plain = new Set(readVariables(file).flatMap(({ name, section }) => (section === "env" ? [name] : [])));
  for (const [name, value] of overrides)
    await setVariable(stack, file, plain.has(name) ? "env" : "secrets", name, literally(value));
}

/** A value as the configuration says it: what stands on a server refers to nothing. */
export function literally(value: string): string {
  return value.replaceAll("${", () => "$${");
}

/** `NAME=VALUE`, ended by NUL each. */
export function parseOverrides(text: string): [string, string][] {
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]);
}
