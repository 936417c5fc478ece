import { applyChange } from "../change";
import { SiteError } from "../failure";
import type { Server } from "../servers";
import type { Site } from "../site";
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
      const changed = await Promise.all(site.all("app").map((server) => changedOn(site, server)));
      const overrides = agreed(changed.flatMap(({ overrides: own }) => own));
      const names = overrides.map(([name]) => name);
      if (names.length > 0) {
        await applyChange(site.stack, { what: "env adopt", edit: (file) => adopt(site.stack, file, overrides) });
        // They serve already: what serves is now what is configured.
        for (const { server, overrides: own } of changed)
          if (own.length > 0)
            await site.trinode(server, "override-clear", "--keep-serving", ...own.map(([name]) => name));
      }
      const text =
        names.length > 0 ? `${names.join(", ")}: in the configuration now` : "nothing was changed on the server";
      verb.print({ adopted: names }, text);
    });
}

type Override = [name: string, value: string];

/** How scripts on a server call the name of the site's unix user, among the variables: by its key. */
const userKey = "trinode:app.user";

async function changedOn(site: Site, server: Server): Promise<{ server: Server; overrides: Override[] }> {
  return { server, overrides: parseOverrides(await site.trinode(server, "override-show", "--secret")) };
}

/** What was changed on several servers, each variable once. @throws SiteError where they don't say the same */
export function agreed(overrides: Override[]): Override[] {
  const values = new Map<string, string>();
  for (const [name, value] of overrides) {
    if (values.has(name) && values.get(name) !== value)
      throw new SiteError(
        `${name} was changed to different values on several servers. Log in to all but one of them and take it back there: trinode override-clear ${name}`,
      );
    values.set(name, value);
  }
  return [...values];
}

async function adopt(stack: Parameters<typeof setVariable>[0], file: string, overrides: Override[]) {
  const plain = new Set(readVariables(file).flatMap(({ name, section }) => (section === "env" ? [name] : [])));
  for (const [name, value] of overrides)
    if (name === userKey) await stack.setValue(file, userKey, value, false);
    else await setVariable(stack, file, plain.has(name) ? "env" : "secrets", name, literally(value));
}

/** A value as the configuration says it: what stands on a server refers to nothing. */
export function literally(value: string): string {
  return value.replaceAll("${", () => "$${");
}

/** `NAME=VALUE`, ended by NUL each. */
export function parseOverrides(text: string): Override[] {
  return text
    .split("\0")
    .filter((entry) => entry !== "")
    .map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]);
}
