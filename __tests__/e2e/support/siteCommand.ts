import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Stack } from "../../../cli/pulumi";

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface Interruption {
  /** The moment: when this was printed. */
  when: string;
  signal: NodeJS.Signals;
}

/** `./site` on one stack, as somebody would type it. */
export class SiteCommand {
  /** @param checkout whose `./site` it is */
  constructor(
    private readonly stack: Stack,
    private readonly checkout = ".",
  ) {}

  /** Runs a verb to its end. */
  run(args: string[], input = ""): Promise<Ended> {
    return this.start(args, input);
  }

  /** The same; a verb that fails fails the test. */
  async well(args: string[], input = ""): Promise<string> {
    const ended = await this.run(args, input);
    if (ended.code !== 0)
      throw new Error(`./site ${args.join(" ")}: exit ${ended.code}\n${ended.stdout}${ended.stderr}`);
    return ended.stdout;
  }

  /** Runs a verb and sends it, and all that it has started, a signal in the middle. */
  interrupted(args: string[], interruption: Interruption): Promise<Ended> {
    return this.start(args, "", interruption);
  }

  private async start(args: string[], input: string, interruption?: Interruption): Promise<Ended> {
    const { name, configFile = "", env } = this.stack;
    const all = ["--stack", name, "--config-file", configFile, ...args];
    const child = spawn("./site", all, {
      cwd: this.checkout,
      env: { ...env, PULUMI_STACK: undefined },
      detached: true,
    });
    let stdout = "";
    let stderr = "";
    let sent = false;
    const look = () => {
      if (!interruption || sent || !(stdout + stderr).includes(interruption.when)) return;
      sent = true;
      process.kill(-child.pid!, interruption.signal);
    };
    child.stdout.on("data", (part: Buffer) => ((stdout += part.toString()), look()));
    child.stderr.on("data", (part: Buffer) => ((stderr += part.toString()), look()));
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    const [code] = (await once(child, "close")) as [number | null];
    if (interruption && !sent) throw new Error(`"${interruption.when}" was never said:\n${stdout}${stderr}`);
    return { code, stdout, stderr };
  }
}
