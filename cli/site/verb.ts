import type { Command } from "commander";
import { Site, type SiteOptions } from "./site";
import { SiteStack } from "./stack";

/** What every verb has at hand. */
export class Verb {
  constructor(
    /** The command to which verbs are added. */
    readonly parent: Command,
    /** Directory from which `./site` was called: paths that a user gives count from there. */
    readonly from: string,
    private readonly top: Command = parent,
  ) {}

  /** A verb below which there are others, e.g. `env`. */
  group(name: string, description: string): Verb {
    const command = this.parent.command(name).description(description);
    return new Verb(command, this.from, this.top);
  }

  get options(): SiteOptions {
    return this.top.opts<SiteOptions>();
  }

  /** The stack's servers and configuration. */
  site(): Promise<Site> {
    return Site.open(this.options);
  }

  stack(): Promise<SiteStack> {
    return SiteStack.open(this.options);
  }

  /** The verb's result: as JSON where that is asked for, else for people. */
  print(result: unknown, text: string): void {
    process.stdout.write(this.options.json ? `${JSON.stringify(result, null, 2)}\n` : text && `${text}\n`);
  }
}
