import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { PassThrough } from "node:stream";
import { getBackup } from "./backups/get";
import type { Place } from "./backups/list";
import { exitCodes, SiteError } from "./failure";
import { changeOver, heard, type Prepared, refuseMisfit, type Restored } from "./restoreSteps";
import { Site } from "./site";
import type { StackOptions } from "./stack";
import { stagingFile } from "./staging/names";

export interface Sending {
  /** Whose backup it is. */
  site: Site;
  id: string;
  from?: Place | undefined;
  migrate: boolean;
  /** The target's name: it is meant although it is protected. */
  yes?: string;
}

/** A backup of one stack into another. It comes over this computer: neither stack's servers get a key or a way to the other's. */
export async function restoreInto({ stack = "", configFile }: StackOptions, sending: Sending): Promise<Restored> {
  const { site, id, from = "any", migrate, yes } = sending;
  if (stack === site.stack.name)
    throw new SiteError(`${stack} is the stack whose backup it is: leave --to out`, exitCodes.usage);
  const usual = stagingFile(stack);
  const target = await Site.open({
    stack,
    configFile: configFile ?? (existsSync(usual) ? usual : `Pulumi.${stack}.yaml`),
  });
  refuseStranger(site, target);
  refuseProtected(target, yes);
  return whileFetched(site, id, from, (directory) => restoreDirectory(target, directory, migrate));
}

/** A backup in a directory, as `./site backups get` leaves it there. Can be run again. */
export async function restoreDirectory(site: Site, directory: string, migrate: boolean): Promise<Restored> {
  const { id, bytes } = manifestOf(directory, "database") as { id: string; bytes: number };
  const { media } = manifestOf(directory, "files") as { media: string };
  // tar counts a directory from the one before.
  const [database, files] = [resolve(directory, "database"), resolve(directory, "files")];
  const words = ["restore-database", "prepare-sent", id, String(bytes)];
  const said = await sent(site, "database", words, ["-C", database, "manifest.json", "database.dump"]);
  const { swapped, migrations } = JSON.parse(said) as Prepared;
  await sent(
    site,
    "app",
    ["restore-files", "prepare-sent", id, ...(swapped ? ["resume"] : [])],
    uploadsIn(files, media),
  );
  if (!swapped) await refuseMisfit(site, id, migrations, migrate);
  return changeOver(site, id, true, migrate);
}

/** tar's words for uploads, wherever the other stack had them. The configuration beside them stays here: it is the other stack's. */
function uploadsIn(files: string, media: string): string[] {
  const uploads = join(files, media);
  const about = ["manifest.json", "verified.json"].filter((name) => existsSync(join(files, name)));
  const those = existsSync(uploads) ? ["-C", uploads, "."] : [];
  // Where symbolic links point to stays as it is.
  return ["--transform", "s,^\\.,uploads,S", "-C", files, ...about, ...those];
}

/** What a verb prints that gets a tar on its standard input. */
async function sent(site: Site, role: "database" | "app", words: string[], members: string[]): Promise<string> {
  const tar = spawn("tar", ["--create", "--file", "-", ...members], { stdio: ["ignore", "pipe", "inherit"] });
  try {
    // Node throws away what nobody listens to when a process ends: it is taken before there is a connection.
    return await heard(site, role, words, tar.stdout.pipe(new PassThrough()));
  } finally {
    // A server that refuses does not hear it to its end.
    tar.kill();
  }
}

function manifestOf(directory: string, part: string): unknown {
  const path = join(directory, part, "manifest.json");
  if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8"));
  throw new SiteError(
    `${directory} holds no backup (no ${part}/manifest.json). Get one: ./site backups get ID DIRECTORY`,
    exitCodes.usage,
  );
}

function refuseStranger({ stack, config }: Site, target: Site): void {
  if (config.site === target.config.site) return;
  throw new SiteError(
    `${stack.name} is of site ${String(config.site)}, and ${target.stack.name} of ${String(target.config.site)}. Nothing was changed.`,
  );
}

/** A production's data are replaced by its own backups, and by another stack's only where that is said twice. */
export function refuseProtected(
  { stack, config }: Pick<Site, "config"> & { stack: { name: string } },
  yes?: string,
): void {
  if (config.protect === false || config.protect === "false" || yes === stack.name) return;
  throw new SiteError(
    `${stack.name} is protected (trinode:protect): another stack's backup is not put there by accident. If it is meant: --yes ${stack.name}. Nothing was changed.`,
    exitCodes.usage,
  );
}

/** It holds all that the other site knows: it is gone when this ends, also by a signal; what a killed run has left, at the next one. */
async function whileFetched<T>(
  site: Site,
  id: string,
  from: Place | "any",
  use: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(".trinode", site.stack.name, "fetched");
  const remove = () => rmSync(directory, { recursive: true, force: true });
  const leave = () => {
    remove();
    process.exit(exitCodes.failed);
  };
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  remove();
  signals.forEach((signal) => process.on(signal, leave));
  try {
    return await use(await getBackup(site, id, directory, from));
  } finally {
    signals.forEach((signal) => process.off(signal, leave));
    remove();
  }
}
