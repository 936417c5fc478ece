/** What is installed. The plugins' versions are those of the npm packages in package.json: Pulumi asks for exactly them. */

export const PULUMI = "3.246.0";

/** Provider plugins by package. */
export const PLUGINS = { linode: "5.1.1", command: "1.2.1", random: "4.21.2", postgresql: "3.18.1" } as const;
export type PluginName = keyof typeof PLUGINS;

/** Programs that make up a Pulumi for TypeScript, and where their source can be had when their archive cannot. */
export const PROGRAMS = [
  {
    name: "pulumi",
    module: "github.com/pulumi/pulumi/pkg/v3",
    version: `v${PULUMI}`,
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    minutes: 5,
  },
  {
    // Later versions of the module do not hold the language host any more; this one works with the current command.
    name: "pulumi-language-nodejs",
    module: "github.com/pulumi/pulumi/sdk/v3",
    version: "v3.68.0",
    package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
    minutes: 1,
  },
] as const;

/** Where Pulumi's own releases are, and the files there that tell their checksums. */
const DOWNLOADS = "https://get.pulumi.com/releases";
const RELEASES = "https://github.com/pulumi";

/** An official archive. */
export interface Archive {
  file: string;
  url: string;
  /** Name and address of the list of SHA-256 sums. */
  sums: { file: string; url: string };
}

const ARCHITECTURES: Partial<Record<NodeJS.Architecture, { cli: string; plugin: string }>> = {
  x64: { cli: "x64", plugin: "amd64" },
  arm64: { cli: "arm64", plugin: "arm64" },
};

function platform(): { os: string; cli: string; plugin: string } {
  const architecture = ARCHITECTURES[process.arch];
  const os = { linux: "linux", darwin: "darwin" }[process.platform as string];
  if (architecture === undefined || os === undefined) {
    throw new Error(
      `Pulumi has no release for ${process.platform} on ${process.arch}. Use Linux or macOS on x64 or arm64.`,
    );
  }
  return { os, ...architecture };
}

/** Command and language hosts. */
export function cliArchive(): Archive {
  const { os, cli } = platform();
  const file = `pulumi-v${PULUMI}-${os}-${cli}.tar.gz`;
  const sums = `pulumi-${PULUMI}-checksums.txt`;
  const list = { file: sums, url: `${RELEASES}/pulumi/releases/download/v${PULUMI}/${sums}` };
  return { file, url: `${DOWNLOADS}/sdk/${file}`, sums: list };
}

export function pluginArchive(name: PluginName): Archive {
  const { os, plugin } = platform();
  const version = PLUGINS[name];
  const file = `pulumi-resource-${name}-v${version}-${os}-${plugin}.tar.gz`;
  const sums = `pulumi-${name}_${version}_checksums.txt`;
  const list = { file: sums, url: `${RELEASES}/pulumi-${name}/releases/download/v${version}/${sums}` };
  return { file, url: `${DOWNLOADS}/plugins/${file}`, sums: list };
}
