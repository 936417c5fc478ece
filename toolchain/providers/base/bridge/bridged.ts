/** A resource of the Terraform provider's making: its schema and what it asks of Linode. The rest follows. */
import {
  CheckFailure,
  Context,
  hasUnknown,
  Incomplete,
  isObject,
  isUnknown,
  Properties,
  Resource,
  resource,
  secret,
  unknown,
  Value,
} from "..";
import { checkInputs } from "./check";
import { changedFields, diffState } from "./diff";
import { importInputs, refreshInputs } from "./inputs";
import { planState } from "./plan";
import { storable } from "./storable";
import { Field, Fields, Flavour } from "./schema";

/** A create that failed after Linode made the thing: its id, and what is known of it. */
export class HalfMade extends Error {
  constructor(
    readonly id: string,
    readonly state: Properties,
    message: string,
  ) {
    super(message);
  }
}

/** What an update has to work with. */
export interface UpdateRequest {
  id: string;
  have: Properties;
  /** The program's inputs. */
  want: Properties;
  /** Values after the update: what the program says and, where it is silent, what there is. */
  plan: Properties;
  /** Top-level names whose values change. */
  changed: ReadonlySet<string>;
}

export interface Bridged<Client> {
  token: string;
  flavour: Flavour;
  fields: Fields;
  /** Default time limits in seconds that the state carries in `__meta` (SDK resources that declare them). */
  timeouts?: { create: number; update: number; delete: number };
  validate?(inputs: Properties, name: string): CheckFailure[];
  /** `want`: the program's inputs; `plan`: the values after it, as far as they are known. */
  create(want: Properties, plan: Properties, context: Context<Client>): Promise<{ id: string; state: Properties }>;
  /** The state as it is now; undefined if the thing is gone. `have` is empty for an import. */
  read(id: string, have: Properties, context: Context<Client>): Promise<{ id?: string; state: Properties } | undefined>;
  update?: (this: void, request: UpdateRequest, context: Context<Client>) => Promise<Properties>;
  delete(id: string, have: Properties, context: Context<Client>): Promise<void>;
}

export function bridged<Client>(definition: Bridged<Client>): Resource<Client, never, object> {
  const { fields, flavour, token } = definition;
  const { update } = definition;
  const outputs = (id: Value, state: Properties, meta?: Value) =>
    present(fields, { ...state, ...(meta ? { __meta: meta } : {}), id });
  return resource<Client>({
    token,
    check: (inputs, { name }) => {
      const result = checkInputs(fields, inputs, flavour, name);
      return { ...result, failures: [...(result.failures ?? []), ...(definition.validate?.(inputs, name) ?? [])] };
    },
    diff: (have, want, { ignoreChanges }) => diffState(fields, have, want, flavour, ignoreChanges),
    preview: (want, have) => {
      const plan = planState(fields, want, have, flavour);
      return outputs(have?.id ?? unknown, plan, have?.__meta ?? metaOf(definition, {}));
    },
    create: async (want, context) => {
      const plan = planState(fields, want, undefined, flavour);
      const meta = metaOf(definition, { create: context.timeoutSeconds });
      try {
        const { id, state } = await definition.create(want, plan, context);
        return { id, outputs: outputs(id, settled(definition, plan, state), meta) };
      } catch (error) {
        if (flavour === "framework") throw error;
        const reason = multierror(error);
        if (!(error instanceof HalfMade)) throw new Error(reason);
        const state = storable(fields, error.state);
        throw new Incomplete(error.id, outputs(error.id, state, meta), [`creating ${context.urn}: ${reason}`]);
      }
    },
    read: async (have, inputs, context) => {
      const found = await definition.read(context.id, have, context);
      if (found === undefined) return undefined;
      const id = found.id ?? context.id;
      const meta = context.importing ? metaOf(definition, {}, true) : have.__meta;
      const read = context.importing
        ? importInputs(fields, found.state, flavour)
        : refreshInputs(fields, found.state, inputs);
      return { id, outputs: outputs(id, found.state, meta ?? undefined), inputs: read };
    },
    update:
      update &&
      (async (id, have: Properties, want: Properties, context) => {
        const plan = planState(fields, want, have, flavour);
        const changed = changedFields(fields, have, want);
        const meta = have.__meta ?? undefined;
        try {
          const state = await update({ id, have, want, plan, changed }, context);
          return outputs(id, settled(definition, plan, state), meta);
        } catch (error) {
          if (flavour === "framework") throw error;
          // As Terraform's SDK does it: the state says what was wanted, until the next update or refresh has looked.
          const state = storable(fields, { ...have, ...plan });
          const reason = `updating ${context.urn}: ${multierror(error)}`;
          throw new Incomplete(id, outputs(id, state, meta), [reason], context.oldInputs);
        }
      }),
    delete: (id, have: Properties, context) => definition.delete(id, have, context),
  });
}

/** An error in the form of Terraform's SDK. */
function multierror(error: unknown): string {
  return `1 error occurred:\n\t* ${error instanceof Error ? error.message : String(error)}\n\n`;
}

/** Framework resources keep what was planned as it was written, even where Linode writes it otherwise. */
function settled<Client>({ flavour }: Bridged<Client>, plan: Properties, state: Properties): Properties {
  if (flavour === "sdk") return state;
  const known = Object.entries(plan).filter(([, value]) => value !== undefined && value !== null && !hasUnknown(value));
  return { ...state, ...Object.fromEntries(known) };
}

/** Marks what the schema calls secret, and leaves unknown things out of anything that is stored. */
function present(fields: Fields, state: Properties): Properties {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => {
      const field = fields[name];
      return [name, field === undefined || value === undefined ? value : presentValue(field, value)];
    }),
  );
}

function presentValue(field: Field, value: Value): Value {
  if (field.secret) return secret(value);
  if (isUnknown(value)) return value;
  if (Array.isArray(value) && field.items !== undefined) {
    const { items } = field;
    return value.map((item) => presentValue(items, item));
  }
  return isObject(value) && field.fields !== undefined ? (present(field.fields, value) as Value) : value;
}

/** Terraform's key for time limits in a state. */
const TIMEOUTS = "e2bfb730-ecaa-11e6-8f88-34363bc7c4c0";

function metaOf<Client>(
  { timeouts }: Bridged<Client>,
  given: { create?: number },
  imported = false,
): string | undefined {
  if (timeouts === undefined) return undefined;
  const nanoseconds = (seconds: number) => seconds * 1e9;
  const limits = {
    create: nanoseconds(given.create || timeouts.create),
    delete: nanoseconds(timeouts.delete),
    update: nanoseconds(timeouts.update),
  };
  return JSON.stringify({ [TIMEOUTS]: limits, ...(imported ? { schema_version: "0" } : {}) });
}
