/** The `pulumi` command and its Node.js language host. */
import { mkdir, rm, symlink } from "node:fs/promises";
import path from "node:path";
import { tryCommand } from "./command";
import { answers, downloadArchive, exists } from "./download";
import { fromFolder } from "./folder";
import { findGo } from "./go";
import { buildGoProgram } from "./goBuild";
import type { PulumiHome, Way } from "./pulumiHome";
import { unpackPrograms } from "./unpack";
import { cliArchive, PROGRAMS, PULUMI } from "./versions";

export interface PartOptions {
  home: PulumiHome;
  /** Folder of official archives; none: undefined. */
  archives?: string;
  /** False: nothing is downloaded from Pulumi. */
  download: boolean;
  say: (line: string) => void;
}

const NAMES: string[] = PROGRAMS.map(({ name }) => name);

/** Puts both programs into the home's `bin`, by the first way that works, unless they are there. */
export async function installCli(options: PartOptions): Promise<void> {
  const { home, say } = options;
  const before = home.installed().cli;
  if (before?.version === PULUMI && (await isComplete(home.bin))) return say(`Pulumi ${PULUMI}: there (${before.way})`);
  for (const way of [installedOne, archivedOne, downloadedOne, builtOne]) {
    const taken = await way(options);
    if (taken === undefined) continue;
    await checkVersion(home.bin);
    home.record("cli", { ...taken, version: PULUMI });
    return say(`Pulumi ${PULUMI}: ${describe(taken.way)} (${taken.from})`);
  }
}

interface Taken {
  way: Way;
  from: string;
}

/** A Pulumi on the PATH, of exactly our version. */
async function installedOne({ home }: PartOptions): Promise<Taken | undefined> {
  const folders = (process.env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "" && folder !== home.bin);
  for (const folder of folders) {
    if (!(await isComplete(folder)) || (await versionOf(folder)) !== PULUMI) continue;
    await mkdir(home.bin, { recursive: true });
    for (const name of NAMES) {
      await rm(path.join(home.bin, name), { force: true });
      await symlink(path.join(folder, name), path.join(home.bin, name));
    }
    return { way: "installed", from: folder };
  }
  return undefined;
}

async function archivedOne({ home, archives, say }: PartOptions): Promise<Taken | undefined> {
  const file = await fromFolder(cliArchive(), archives, say);
  if (file === undefined) return undefined;
  await unpack(file, home);
  return { way: "archive", from: file };
}

async function downloadedOne({ home, download, say }: PartOptions): Promise<Taken | undefined> {
  const archive = cliArchive();
  if (!download) return undefined;
  if (!(await answers(archive.url))) {
    say(`Pulumi ${PULUMI}: ${new URL(archive.url).host} does not answer`);
    return undefined;
  }
  try {
    await unpack(await downloadArchive(archive, home.cache, say), home);
    return { way: "download", from: archive.url };
  } catch (error) {
    say(`Pulumi ${PULUMI}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function builtOne({ home, say }: PartOptions): Promise<Taken> {
  const go = await findGo(say);
  for (const program of PROGRAMS) {
    if (await exists(path.join(home.bin, program.name))) continue;
    const stop = heartbeat(
      `building ${program.name} ${program.version} with Go, about ${program.minutes} min on two cores`,
      say,
    );
    try {
      await buildGoProgram(go, program, home.bin, path.join(home.cache, "build"));
    } finally {
      stop();
    }
  }
  return { way: "built", from: PROGRAMS.map(({ module, version }) => `${module}@${version}`).join(", ") };
}

/** Says at once what is done, and then every half minute that it still is. */
function heartbeat(what: string, say: (line: string) => void): () => void {
  const begin = Date.now();
  say(`${what} …`);
  const timer = setInterval(() => say(`${what}: ${Math.round((Date.now() - begin) / 1000)} s …`), 30_000);
  return () => clearInterval(timer);
}

async function unpack(file: string, home: PulumiHome): Promise<void> {
  const found = await unpackPrograms(file, home.bin, (name) => NAMES.includes(name));
  const missing = NAMES.filter((name) => !found.includes(name));
  if (missing.length > 0) throw new Error(`${file} does not hold ${missing.join(" and ")}.`);
}

async function isComplete(folder: string): Promise<boolean> {
  const there = await Promise.all(NAMES.map((name) => exists(path.join(folder, name))));
  return there.every(Boolean);
}

async function versionOf(folder: string): Promise<string | undefined> {
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const result = await tryCommand(path.join(folder, "pulumi"), ["version"], { env });
  return result?.stdout.trim().replace(/^v/, "");
}

async function checkVersion(folder: string): Promise<void> {
  const version = await versionOf(folder);
  if (version !== PULUMI)
    throw new Error(
      `${path.join(folder, "pulumi")} says that it is version ${version ?? "?"}, not ${PULUMI}. Remove ${folder} and run again.`,
    );
}

export function describe(way: Way): string {
  return {
    installed: "the one installed here",
    archive: "unpacked from your archive",
    download: "downloaded",
    built: "built with Go",
    "stand-in": "stand-in from this project",
  }[way];
}
