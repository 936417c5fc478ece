/** Provider plugins: the official ones where they can be had, stand-ins where not. */
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { allEnded } from "./allEnded";
import { bundleStandIn } from "./bundle";
import { describe, PartOptions } from "./cli";
import { type CommandResult, tryCommand } from "./command";
import { answers, downloadArchive, exists } from "./download";
import { fromFolder } from "./folder";
import type { Installed } from "./pulumiHome";
import { unpackPrograms } from "./unpack";
import { pluginArchive, PluginName, PLUGINS } from "./versions";

/**
 * Puts all plugins into the home, side by side, each by the first way that works. Stand-ins whose source changed are made anew.
 */
export async function installPlugins(options: PartOptions): Promise<void> {
  const names = Object.keys(PLUGINS) as PluginName[];
  let answered: Promise<boolean> | undefined;
  // Asked once, and only if a plugin is to be had that way.
  const download = () =>
    (answered ??= options.download ? answers(pluginArchive("linode").url) : Promise.resolve(false));
  await allEnded(names.map((name) => installPlugin(name, { ...options, download })));
}

interface PluginOptions extends Omit<PartOptions, "download"> {
  /** Whether Pulumi's downloads can be reached. */
  download: () => Promise<boolean>;
}

async function installPlugin(name: PluginName, options: PluginOptions): Promise<void> {
  const { home, say } = options;
  const version = PLUGINS[name];
  const before = home.installed()[name];
  const stands = before?.version === version && (await exists(home.pluginFile(name)));
  if (stands && before.way !== "stand-in") return say(`plugin ${name} ${version}: there (${before.way})`);
  for (const way of [installedOne, archivedOne, downloadedOne, standIn]) {
    const taken = await way(name, options, stands ? before : undefined);
    if (taken === undefined) continue;
    home.record(name, { ...taken, version });
    return say(`plugin ${name} ${version}: ${describe(taken.way)} (${taken.from.slice(0, 80)})`);
  }
}

type Taken = Pick<Installed, "way" | "from">;

/** The plugin of a Pulumi that is used on this machine anyway. */
async function installedOne(name: PluginName, { home }: PluginOptions): Promise<Taken | undefined> {
  const other = process.env.TRINODE_PULUMI_HOME ?? path.join(homedir(), ".pulumi");
  const from = path.join(other, "plugins", path.basename(home.pluginFolder(name)));
  if (!(await exists(path.join(from, path.basename(home.pluginFile(name))))) || (await exists(`${from}.partial`)))
    return undefined;
  await replaceFolder(home.pluginFolder(name), async (folder) => symlink(from, folder));
  return { way: "installed", from };
}

async function archivedOne(name: PluginName, { home, archives, say }: PluginOptions): Promise<Taken | undefined> {
  const file = await fromFolder(pluginArchive(name), archives, say);
  if (file === undefined) return undefined;
  await unpack(name, file, home.pluginFolder(name));
  return { way: "archive", from: file };
}

async function downloadedOne(name: PluginName, { home, download, say }: PluginOptions): Promise<Taken | undefined> {
  if (!(await download())) return undefined;
  const archive = pluginArchive(name);
  try {
    await unpack(name, await downloadArchive(archive, home.cache, say), home.pluginFolder(name));
    return { way: "download", from: archive.url };
  } catch (error) {
    say(`plugin ${name}: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** A program that Node.js runs by its first line, what it runs, and what this Node.js compiled of that. */
async function standIn(name: PluginName, { home }: PluginOptions, before?: Installed): Promise<Taken> {
  const { program, code, hash } = await bundleStandIn(name);
  const taken: Taken = { way: "stand-in", from: `SHA-256 ${hash}, Node.js ${process.versions.node}` };
  if (before?.from === taken.from) return taken;
  await replaceFolder(home.pluginFolder(name), async (folder) => {
    await mkdir(folder);
    const file = path.join(folder, path.basename(home.pluginFile(name)));
    await writeFile(file, program);
    await chmod(file, 0o755);
    await writeFile(path.join(folder, "provider.js"), code);
    const compiled = await tryCommand(file, ["--compile"]);
    if (compiled?.code !== 0) throw new Error(`The stand-in of the plugin ${name} does not start. ${tailOf(compiled)}`);
  });
  return taken;
}

async function unpack(name: PluginName, archive: string, folder: string): Promise<void> {
  const program = `pulumi-resource-${name}`;
  await replaceFolder(folder, async (part) => {
    const found = await unpackPrograms(archive, part, (file) => file.startsWith(program));
    if (!found.includes(program)) throw new Error(`${archive} does not hold ${program}.`);
  });
}

/** Makes the folder beside its place and swaps it in, so that there is never half a plugin. */
async function replaceFolder(folder: string, make: (part: string) => Promise<void>): Promise<void> {
  const part = `${folder}.${process.pid}.part`;
  await mkdir(path.dirname(folder), { recursive: true });
  await rm(part, { recursive: true, force: true });
  await make(part);
  await rm(folder, { recursive: true, force: true });
  await rename(part, folder);
}

function tailOf(result: CommandResult | undefined): string {
  if (result === undefined) return "Is `node` on the PATH?";
  return result.stderr.trimEnd().split("\n").slice(-3).join("\n").slice(-500);
}
