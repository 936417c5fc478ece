/** Sets up Pulumi and its plugins for this project, in a Pulumi home of their own. */
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { allEnded } from "./allEnded";
import { installCli, PartOptions } from "./cli";
import { installPlugins } from "./plugins";
import { PulumiHome } from "./pulumiHome";

export interface ToolchainOptions {
  /** Where the project keeps what is of this machine; the home is its folder `pulumi`. @default ".local" */
  directory?: string;
  /** Folder with official archives to take first. @default $TRINODE_PLUGINS */
  archives?: string;
  /** False: nothing is downloaded from Pulumi itself. @default true */
  download?: boolean;
  /** Gets a line for each step. @default standard output */
  say?: (line: string) => void;
}

/**
 * Installs what is missing: the command and the language host, then the plugins, each by the first of these ways that works: what
 * is installed on this machine, the archives of `archives`, Pulumi's downloads, and at last built from source and stand-ins. May be
 * interrupted and run again at any time.
 * @throws Error that says what to do, if there is no way.
 */
export async function installToolchain(options: ToolchainOptions = {}): Promise<PulumiHome> {
  const home = new PulumiHome(path.resolve(options.directory ?? ".local", "pulumi"));
  await mkdir(home.path, { recursive: true });
  const archives = options.archives ?? process.env.TRINODE_PLUGINS;
  const part: PartOptions = {
    home,
    archives: archives ? path.resolve(archives) : undefined,
    download: options.download ?? true,
    say: options.say ?? ((line) => process.stdout.write(`toolchain: ${line}\n`)),
  };
  await allEnded([installCli(part), installPlugins(part)]);
  return home;
}

if (require.main === module) {
  installToolchain().catch((error: unknown) => {
    process.stderr.write(`toolchain: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
