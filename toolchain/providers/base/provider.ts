/** What a stand-in provider is made of: one object for each resource and each function, and one for the provider. */
import type { Diff } from "./diff";
import type { Properties } from "./values";

/** Writes to the person's terminal, beside the resource that is worked on. `status` is a passing line, not kept. */
export interface Log {
  debug(message: string): void;
  info(message: string): void;
  status(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** What every call on a resource gets besides its values. */
export interface Context<Client> {
  /** What the provider's `configure` returned. */
  client: Client;
  urn: string;
  /** The resource's name in the program, the last part of its URN. */
  name: string;
  /** Seconds from `customTimeouts`; 0 if none was given. */
  timeoutSeconds: number;
  /** True while previewing: nothing may be changed. Functions and `preview` get true. */
  preview: boolean;
  /** Aborted when the person cancels the operation. */
  signal: AbortSignal;
  log: Log;
}

/** One thing wrong with an input. */
export interface CheckFailure {
  /** Name of the input; empty if it is about several. */
  property: string;
  reason: string;
}

export interface CheckResult {
  /** The inputs as they go into the state: defaults filled in, forms normalised. May hold unknown values and `Secret`s. */
  inputs: Properties;
  failures?: CheckFailure[];
}

export interface CheckContext<Client> extends Context<Client> {
  /** The inputs of the last time, absent for a new resource. */
  oldInputs?: Properties;
  /** Bytes to derive random names from, the same ones if the engine has to ask twice. */
  randomSeed: Uint8Array;
}

export interface DiffContext<Client> extends Context<Client> {
  id: string;
  /** Inputs of the last time, as check returned them; empty if the state has none. */
  oldInputs: Properties;
  /** Property paths whose changes do not count. (The engine already puts old values in their place in the new inputs.) */
  ignoreChanges: string[];
}

export interface ReadContext<Client> extends Context<Client> {
  id: string;
  /** True for `pulumi import` and `get`: there is no state yet, all that is known is the id. */
  importing: boolean;
}

export interface ReadResult<Outputs> {
  /** Default: the id that was asked for. */
  id?: string;
  outputs: Outputs;
  /** What a program would have to say to get what stands there. Default: the old inputs. */
  inputs?: Properties;
}

/**
 * One kind of resource. Whether values come with secret marks says `Provider.secrets`; unknown ones (`unknown`) come only to
 * check, diff and preview.
 * Any method may throw: the message is shown. A create or update that got half-way throws `Incomplete`, so that
 * what exists already is not forgotten.
 */
export interface Resource<Client, Inputs extends object = Properties, Outputs extends object = Properties> {
  /** Type token, e.g. `linode:index/instance:Instance`. */
  token: string;
  /** Names of outputs that the provider computes: unknown in the preview of a create, unless an input gives them. */
  computed?: readonly string[];
  /** Validates and fills in. Default: the inputs as they are. */
  check?(inputs: Properties, context: CheckContext<Client>): CheckResult | Promise<CheckResult>;
  /** What differs between the state and the wanted inputs. */
  diff(outputs: Properties, inputs: Properties, context: DiffContext<Client>): Diff | Promise<Diff>;
  create(inputs: Inputs, context: Context<Client>): Promise<{ id: string; outputs: Outputs }>;
  /** What stands there now; undefined if it is gone. */
  read(outputs: Properties, inputs: Properties, context: ReadContext<Client>): Promise<ReadResult<Outputs> | undefined>;
  /** Absent if every change replaces. */
  update?(
    id: string,
    outputs: Outputs,
    inputs: Inputs,
    context: Context<Client> & { oldInputs: Properties },
  ): Promise<Outputs>;
  delete(id: string, outputs: Outputs, context: Context<Client>): Promise<void>;
  /** Outputs to show in a preview. Default: old outputs, new inputs over them, and for a create `computed` as unknown. */
  preview?(
    inputs: Properties,
    oldOutputs: Properties | undefined,
    context: Context<Client>,
  ): Properties | Promise<Properties>;
}

/** A function (`getX`) that programs call. Arguments are known when it is called. */
export interface ProviderFunction<Client, Arguments extends object = Properties> {
  token: string;
  invoke(args: Arguments, context: Context<Client>): Promise<Properties>;
}

export interface Provider<Client> {
  /** Package name, e.g. `linode`. */
  name: string;
  /** Version of the official plugin this one stands in for, e.g. `5.1.1`. */
  version: string;
  /**
   * How secrets of inputs reach outputs. `engine` (as bridged Terraform providers): handlers get values without marks, and the
   * engine marks an output where the input of its name is secret. `provider` (as native ones): handlers get `Secret`s as they
   * stand in the inputs and the state, at any depth, and outputs are secret where they return `Secret`s.
   */
  secrets: "engine" | "provider";
  /** True if handlers get `ResourceReference`s where a program passes resources; else they get their ids. @default false */
  resourceReferences?: boolean;
  /** Validates and fills in the provider's own configuration. Default: as it is. */
  checkConfig?(config: Properties, oldConfig: Properties | undefined): CheckResult | Promise<CheckResult>;
  /** Default: changes update, nothing replaces. */
  diffConfig?(oldConfig: Properties, config: Properties): Diff;
  /** Makes what handlers get as `client`. Values may be strings where the schema says number or boolean, as the SDKs send them. */
  configure(config: Properties, log: Log): Client | Promise<Client>;
  resources: readonly Resource<Client, never, object>[];
  functions: readonly ProviderFunction<Client, never>[];
  /** The package schema for `pulumi import`'s generated code, beyond name and version. */
  schema?(): object;
}

/** Typed helper: `export const bucket = resource<Client, BucketInputs, BucketOutputs>({...})`. */
export function resource<Client, Inputs extends object = Properties, Outputs extends object = Properties>(
  definition: Resource<Client, Inputs, Outputs>,
): Resource<Client, never, object> {
  return definition;
}

/** Typed helper for functions, as `resource`. */
export function providerFunction<Client, Arguments extends object = Properties>(
  definition: ProviderFunction<Client, Arguments>,
): ProviderFunction<Client, never> {
  return definition;
}
