/** A resource of the Terraform provider's making, from its fields and its statements. The rest follows from them. */
import {
  CheckFailure,
  CheckResult,
  Context,
  Diff,
  Incomplete,
  isUnknown,
  Properties,
  Resource,
  resource,
  secret,
  unknown,
  Value,
} from "../base";
import { checkInputs } from "../base/bridge/check";
import { changedFields, diffState } from "../base/bridge/diff";
import { Field, Fields, replaces } from "../base/bridge/schema";
import { withName } from "./naming";
import { describe, Server } from "./server";
import { importInputs, planCreate, planUpdate, present, refreshInputs, settle, valuesOf } from "./state";

/** What an update has to work with. */
export interface UpdateRequest<Values> {
  id: string;
  have: Values;
  want: Values;
  /** True if the value of one of the names changes. */
  changed(this: void, ...names: (keyof Values & string)[]): boolean;
}

/** `Values`: the fields by name, undefined where there is no value. */
export interface Bridged<Values extends object> {
  token: string;
  fields: Fields;
  /** The field that gets a name of the resource's own where the program is silent. */
  autoNamed?: keyof Values & string;
  /** Names that Pulumi writes otherwise than Terraform does, beyond their case. */
  renamed?: Readonly<Record<string, string>>;
  /** Fields that never stand in the state. */
  writeOnly?: readonly (keyof Values & string)[];
  deleteBeforeReplace?: boolean;
  validate?(inputs: Properties, name: string): CheckFailure[];
  /** Makes it and tells its id. */
  create(want: Values, context: Context<Server>): Promise<string>;
  /** The values as they are now; undefined if the thing is gone. `have` is empty for an import. */
  read(id: string, have: Partial<Values>, context: Context<Server>): Promise<Found<Values> | undefined>;
  /** Changes it and tells its id. */
  update?(request: UpdateRequest<Values>, context: Context<Server>): Promise<string>;
  delete(id: string, have: Values, context: Context<Server>): Promise<void>;
}

export interface Found<Values> {
  /** Default: the id that was asked for. */
  id?: string;
  values: Partial<Values>;
}

export function bridged<Values extends object>(definition: Bridged<Values>): Resource<Server, never, object> {
  const { fields, token } = definition;
  return resource<Server>({
    token,
    check: (inputs, { name, oldInputs, randomSeed }) => check(definition, inputs, name, oldInputs, randomSeed),
    diff: (have, want, { ignoreChanges }) => diff(definition, have, want, ignoreChanges),
    preview: (want, have) =>
      have === undefined
        ? present(definition, planCreate(fields, want), unknown, false)
        : present(definition, planUpdate(fields, want, have), have.id ?? unknown, true),
    create: (want, context) => create(definition, want, context),
    read: async (have, inputs, context) => {
      const asked = idIn(have) ?? context.id;
      const found = await told(definition.read(asked, valuesOf<Values>(fields, have), context));
      if (found === undefined) return undefined;
      const id = found.id ?? asked;
      const state = found.values as Properties;
      const read = context.importing ? importInputs(fields, state) : refreshInputs(fields, state, inputs);
      return { id, outputs: present(definition, state, id, true), inputs: read };
    },
    update:
      definition.update &&
      ((id, have: Properties, want: Properties, context) => update(definition, idIn(have) ?? id, have, want, context)),
    delete: (id, have: Properties, context) => told(definition.delete(id, valuesOf<Values>(fields, have), context)),
  });
}

/** The id that the state tells. Renaming changes it, and the engine hears of that with the next refresh only. */
function idIn(have: Properties): string | undefined {
  return typeof have.id === "string" && have.id !== "" ? have.id : undefined;
}

function check<Values extends object>(
  definition: Bridged<Values>,
  given: Properties,
  name: string,
  olds: Properties | undefined,
  seed: Uint8Array,
): CheckResult {
  const { fields, autoNamed } = definition;
  const { inputs, defaulted } = withName(autoNamed, given, name, olds, seed);
  const result = checkInputs(fields, listed(fields, inputs), "sdk", name);
  const defaults = Array.isArray(result.inputs.__defaults) ? result.inputs.__defaults : [];
  const failures = [...(result.failures ?? []), ...wrongTypes(fields, result.inputs, name)];
  return {
    inputs: { ...secretsMarked(fields, result.inputs), __defaults: [...defaults, ...defaulted].sort() },
    failures: [...failures, ...(definition.validate?.(inputs, name) ?? [])],
  };
}

/** One value stands for a list of it. */
function listed(fields: Fields, inputs: Properties): Properties {
  return mapValues(inputs, (name, value) => {
    const list = fields[name]?.type === "list" || fields[name]?.type === "set";
    return list && value !== null && !isUnknown(value) && !Array.isArray(value) ? [value] : value;
  });
}

function wrongTypes(fields: Fields, inputs: Properties, name: string): CheckFailure[] {
  return Object.entries(inputs).flatMap(([field, value]) => {
    const wrong = fields[field]?.type === "boolean" && typeof value === "string" && !isUnknown(value);
    const reason = `cannot parse '' as bool: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
    return wrong ? [{ property: "", reason: `${reason}. Examine values at '${name}.${field}'.` }] : [];
  });
}

/** Marks what is secret, known or not. */
function secretsMarked(fields: Fields, inputs: Properties): Properties {
  return mapValues(inputs, (name, value) => (fields[name]?.secret ? secret(value) : value));
}

function mapValues(properties: Properties, change: (name: string, value: Value) => Value): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, value === undefined ? value : change(name, value)]),
  );
}

function diff<Values extends object>(
  { fields, autoNamed, writeOnly = [], deleteBeforeReplace }: Bridged<Values>,
  have: Properties,
  want: Properties,
  ignored: readonly string[],
): Diff {
  const found = diffState(fields, have, want, "sdk", [...ignored, ...writeOnly]);
  const replaced = Object.entries(found.changes).flatMap(([path, { replace }]) => (replace ? [topLevel(path)] : []));
  // Two things of one name can't stand side by side; a name that was made up changes with a replacement.
  const madeUp = Array.isArray(want.__defaults) && want.__defaults.includes(autoNamed ?? "");
  const named = autoNamed !== undefined && (want[autoNamed] ?? null) !== null && !madeUp;
  return {
    ...found,
    deleteBeforeReplace: replaced.length > 0 && (deleteBeforeReplace === true || named),
    stables: Object.keys(fields).filter((name) => replaces(fields[name] as Field) && !replaced.includes(name)),
  };
}

function topLevel(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

async function create<Values extends object>(
  definition: Bridged<Values>,
  want: Properties,
  context: Context<Server>,
): Promise<{ id: string; outputs: Properties }> {
  const values = valuesOf<Values>(definition.fields, planCreate(definition.fields, want));
  const made = await told(definition.create({ ...values, ...writeOnlyOf(definition, want) }, context));
  const outputs = (state: object, id: string) =>
    present(definition, settle(state as Properties, values as Properties, {}), id, true);
  try {
    const { id = made, values: state } = await readBack(definition, made, values, context);
    return { id, outputs: outputs(state, id) };
  } catch (error) {
    throw new Incomplete(made, outputs(values, made), [describe(error)]);
  }
}

async function update<Values extends object>(
  definition: Bridged<Values>,
  id: string,
  have: Properties,
  want: Properties,
  context: Context<Server> & { oldInputs: Properties },
): Promise<Properties> {
  const { fields } = definition;
  const names = changedFields(fields, have, want);
  const values = valuesOf<Values>(fields, planUpdate(fields, want, have));
  const request: UpdateRequest<Values> = {
    id,
    have: valuesOf(fields, have),
    want: { ...values, ...writeOnlyOf(definition, want) },
    changed: (...asked) => asked.some((name) => names.has(name)),
  };
  const outputs = (state: object, now: string, plan: object = {}) =>
    present(definition, settle(state as Properties, plan as Properties, have), now, true);
  try {
    const changed = (await definition.update?.(request, context)) ?? id;
    const { id: now = changed, values: state } = await readBack(definition, changed, values, context);
    return outputs(state, now, values);
  } catch (error) {
    // Part of it may be done: the state says what there is now, so that the next update does the rest.
    const unread = { values: request.have };
    const found = await definition.read(id, request.have, context).catch(() => unread);
    if (found === undefined) throw new Error(`${describe(error)}. It is gone: \`pulumi refresh\` takes note of that.`);
    throw new Incomplete(id, outputs(found.values, id), [describe(error)], context.oldInputs);
  }
}

/** Says a failure in words that hold its code and nothing of the statement. */
async function told<Result>(work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new Error(describe(error), { cause: error });
  }
}

async function readBack<Values extends object>(
  definition: Bridged<Values>,
  id: string,
  values: Values,
  context: Context<Server>,
): Promise<Found<Values>> {
  const found = await definition.read(id, values, context);
  if (found === undefined) throw new Error(`${id} is gone right after the change`);
  return found;
}

function writeOnlyOf<Values extends object>({ writeOnly = [] }: Bridged<Values>, want: Properties): Partial<Values> {
  return Object.fromEntries(writeOnly.map((name) => [name, want[name] ?? undefined])) as Partial<Values>;
}
