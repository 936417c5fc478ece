import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parse } from "yaml";
import { applyChange } from "./change";
import { SiteError } from "./failure";
import { servingRelease } from "./serving";
import type { SiteStack } from "./stack";
import type { Verb } from "./verb";

/** `./site release [SOURCE]` */
export function releaseCommand(verb: Verb): void {
  verb.parent
    .command("release")
    .description("builds a release beside the one that serves, tries it, and switches to it; a bad one never serves")
    .argument("[source]", "a zip, a directory, or git+https://…@ref; default: the one that is configured")
    .action(async (source: string | undefined) => {
      const stack = await verb.stack();
      const wanted = source === undefined ? undefined : findSource(source, verb.from);
      const what = ["release", ...(wanted === undefined ? [] : [wanted])].join(" ");
      await applyChange(stack, { what, edit: (file) => setSource(stack, file, wanted) });
      const release = servingRelease((await stack.state()).resources);
      verb.print({ release }, `release ${release} serves`);
    });
}

/** A path that counts from Pulumi.yaml, as the configuration has it. @throws SiteError when there is nothing */
export function findSource(source: string, from: string): string {
  if (/^git\+/.test(source)) return source;
  const path = resolve(from, source);
  if (!existsSync(path)) throw new SiteError(`there is no file or directory ${path} to release.`);
  const inside = relative(process.cwd(), path);
  return inside.startsWith("..") ? path : inside || ".";
}

/** What was gone back to is over. */
async function setSource(stack: SiteStack, file: string, source: string | undefined): Promise<void> {
  const { config } = parse(readFileSync(file, "utf8")) as { config: { "trinode:app"?: Record<string, unknown> } };
  for (const key of ["release", "rollback"])
    if (config["trinode:app"]?.[key] !== undefined) await stack.removeValue(file, `trinode:app.${key}`);
  if (source !== undefined) await stack.setValue(file, "trinode:app.source", source, false);
}
