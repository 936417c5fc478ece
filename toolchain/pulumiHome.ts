/** The Pulumi home that is set up: what stands where, how it came there, and how programs use it. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { PLUGINS, PluginName } from "./versions";

/** How a part was had. */
export type Way = "installed" | "archive" | "download" | "built" | "stand-in";

export interface Installed {
  way: Way;
  version: string;
  /** What the way means here: a path, or the hash of a stand-in's code. */
  from: string;
}

export class PulumiHome {
  constructor(readonly path: string) {}

  get bin(): string {
    return path.join(this.path, "bin");
  }

  /** Downloads and builds under way; may be deleted at any time. */
  get cache(): string {
    return path.join(this.path, "cache");
  }

  /** The folder that Pulumi looks for. */
  pluginFolder(name: PluginName): string {
    return path.join(this.path, "plugins", `resource-${name}-v${PLUGINS[name]}`);
  }

  pluginFile(name: PluginName): string {
    return path.join(this.pluginFolder(name), `pulumi-resource-${name}`);
  }

  /** What was installed before, by part (`cli`, `linode` …). */
  installed(): Partial<Record<string, Installed>> {
    try {
      return JSON.parse(readFileSync(this.recordFile, "utf8")) as Record<string, Installed>;
    } catch {
      return {};
    }
  }

  /** In one go: parts are installed side by side. */
  record(part: string, installed: Installed): void {
    const all = { ...this.installed(), [part]: installed };
    const beside = `${this.recordFile}.${process.pid}`;
    writeFileSync(beside, `${JSON.stringify(all, null, 2)}\n`);
    renameSync(beside, this.recordFile);
  }

  /**
   * Variables for everything that runs `pulumi`: this home, no look at the network but for what a program does, and a fast start
   * (Node.js from 22.1 on keeps what it has compiled).
   */
  environment(): Record<string, string> {
    return {
      PULUMI_HOME: this.path,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      NODE_COMPILE_CACHE: path.join(this.cache, "node"),
      PATH: `${this.bin}${path.delimiter}${process.env.PATH ?? ""}`,
    };
  }

  private get recordFile(): string {
    return path.join(this.path, "installed.json");
  }
}
