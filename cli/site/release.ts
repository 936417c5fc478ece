import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parse } from "yaml";
import { unpinned } from "../../source/address";
import type { GitAccess } from "../../source/git";
import { resolveSource } from "../../source/resolve";
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
      const pinned = await pin(stack, source === undefined ? undefined : findSource(source, verb.from));
      await applyChange(stack, { what: `release ${pinned}`, edit: (file) => setSource(stack, file, pinned) });
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

/** A source, or the one that is configured, as it is now: a branch at its commit, a path with the checksum of what it holds. */
async function pin(stack: SiteStack, source: string | undefined): Promise<string> {
  const { app = {} } = (await stack.config()) as { app?: { source?: string; git?: GitAccess } };
  const wanted = source ?? (app.source && unpinned(app.source));
  if (!wanted) throw new SiteError(`stack ${stack.name} has no trinode:app.source. Name one: ./site release SOURCE`);
  return resolveSource(wanted, app.git ?? {}, join(".trinode", stack.name));
}

/** What was gone back to is over. */
async function setSource(stack: SiteStack, file: string, source: string): Promise<void> {
  const { config } = parse(readFileSync(file, "utf8")) as { config: { "trinode:app"?: Record<string, unknown> } };
  for (const key of ["release", "rollback"])
    if (config["trinode:app"]?.[key] !== undefined) await stack.removeValue(file, `trinode:app.${key}`);
  await stack.setValue(file, "trinode:app.source", source, false);
}
