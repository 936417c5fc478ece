import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import { defaultLocal, localEnvironment } from "../localLinode";
import { pulumi, type Stack } from "../pulumi";
import { exitCodes, sentence, SiteError } from "./failure";
import { findPulumi } from "./pulumiCommand";

/** Options of every verb. */
export interface StackOptions {
  /** @default the selected one */
  stack?: string;
  /** As Pulumi's own option. @default Pulumi.<stack>.yaml */
  configFile?: string;
}

/** A resource as the state keeps it. */
export interface StateResource {
  urn: string;
  type: string;
  modified?: string;
  inputs?: Record<string, unknown>;
  outputs?: Record<string, unknown>;
}

export interface State {
  resources: StateResource[];
  /** What a run that was killed was at. */
  pending: StateResource[];
}

interface ExportedState {
  resources?: StateResource[];
  pending_operations?: { resource: StateResource }[];
}

/** How Pulumi writes a secret into JSON. */
const secretKey = "4dabf18193072939515e22adb298388d";

/** One stack of this project. Read through Pulumi's Automation API; which stack is selected stays as it is. */
export class SiteStack implements Stack {
  readonly env = process.env;

  private constructor(
    readonly name: string,
    readonly configFile: string,
    private readonly workspace: LocalWorkspace,
  ) {}

  /** @throws SiteError when no stack is named or selected */
  static async open({ stack, configFile }: StackOptions): Promise<SiteStack> {
    // `npm start` keeps state, passphrase and token of its stack to itself.
    if (stack === "local" && existsSync(join(defaultLocal.directory, "env")))
      Object.assign(process.env, await localEnvironment(defaultLocal));
    const pulumiCommand = await findPulumi();
    const workspace = await LocalWorkspace.create({ workDir: process.cwd(), pulumiCommand });
    const name = stack ?? process.env.PULUMI_STACK ?? (await selected(workspace));
    // From here on every call names the stack.
    delete process.env.PULUMI_STACK;
    return new SiteStack(name, configFile ?? `Pulumi.${name}.yaml`, workspace);
  }

  /** Sets one value in a file of this stack; it travels on standard input. */
  async setValue(file: string, path: string, value: string, secret: boolean): Promise<void> {
    const kind = secret ? ["--secret"] : ["--type", "string"];
    // Pulumi takes one line end off what it reads.
    await pulumi(this.at(file), ["config", "set", ...kind, "--path", path], { input: `${value}\n` });
  }

  async setNumber(file: string, path: string, value: number): Promise<void> {
    await pulumi(this.at(file), ["config", "set", "--type", "int", "--path", path], { input: String(value) });
  }

  async removeValue(file: string, path: string): Promise<void> {
    await pulumi(this.at(file), ["config", "rm", "--path", path]);
  }

  /** Namespace `trinode`, secrets decrypted. @throws SiteError */
  async config(): Promise<Record<string, unknown>> {
    if (!existsSync(this.configFile))
      throw new SiteError(`there is no ${this.configFile}: stack ${this.name} has no configuration`, exitCodes.unseen);
    const printed = await this.look(() => pulumi(this.at(this.configFile), ["config", "--json", "--show-secrets"]));
    const entries = Object.entries(JSON.parse(printed) as Record<string, { value: string; objectValue?: unknown }>);
    return Object.fromEntries(
      entries.map(([key, { value, objectValue }]) => [key.replace(/^trinode:/, ""), objectValue ?? value]),
    );
  }

  /** Every secret value of the configuration, to take it out of what is shown. @throws SiteError */
  async secrets(): Promise<string[]> {
    const { config = {} } = (parse(readFileSync(this.configFile, "utf8")) ?? {}) as { config?: object };
    const own = Object.entries(config).map(([key, value]) => [key.replace(/^trinode:/, ""), value as unknown]);
    return secretTexts(Object.fromEntries(own), await this.config());
  }

  /** The stack's state, secrets decrypted. @throws SiteError */
  async state(): Promise<State> {
    const state = await this.look(() => this.workspace.exportStack(this.name));
    const { resources = [], pending_operations: pending = [] } = (state.deployment ?? {}) as ExportedState;
    return { resources, pending: pending.map(({ resource }) => resource) };
  }

  private at(configFile: string): Stack {
    return { name: this.name, configFile, env: this.env };
  }

  private async look<T>(read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      throw new SiteError(`stack ${this.name} can't be read: ${pulumiReason(error)}`, exitCodes.unseen);
    }
  }
}

/** Values that a stack's file has encrypted (`secure: …`), as they stand in the decrypted configuration. */
export function secretTexts(file: unknown, decrypted: unknown): string[] {
  if (typeof file !== "object" || file === null) return [];
  if ("secure" in file) return texts(decrypted);
  const values = (decrypted ?? {}) as Record<string, unknown>;
  return Object.entries(file).flatMap(([key, value]) => secretTexts(value, values[key]));
}

function texts(value: unknown): string[] {
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [String(value)];
}

/** A value of a resource; one that is a secret is unwrapped. */
export function plain(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(secretKey in value)) return value;
  return JSON.parse((value as unknown as { plaintext: string }).plaintext);
}

/** What Pulumi gives as the reason, without the command line around it. */
export function pulumiReason(error: unknown): string {
  const said = sentence(error)
    .split("\n")
    .map((line) => /\berror: (.*)/.exec(line)?.[1])
    .filter((line) => line !== undefined);
  return said.length > 0 ? [...new Set(said)].join("; ") : sentence(error);
}

async function selected(workspace: LocalWorkspace): Promise<string> {
  const current = await workspace.stack().catch((error: unknown) => {
    throw new SiteError(`Pulumi has no stacks to choose from: ${pulumiReason(error)}`, exitCodes.unseen);
  });
  if (current) return current.name;
  const local = existsSync(join(defaultLocal.directory, "env")) ? " That of npm start is: --stack local" : "";
  throw new SiteError(`which stack? None is selected. Name it: ./site --stack NAME …${local}`, exitCodes.unseen);
}
