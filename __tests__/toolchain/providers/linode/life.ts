/** Takes a resource through its life as the engine would, and notes every answer and every request to Linode. */
import { Properties, Secret, unknown, Value } from "../../../../toolchain/providers/base";
import { InitializationError, TestEngine, urn } from "../base/client";
import type { Scenario } from "./scenarios";
import type { LinodeStub } from "./stub";

/** One call: its name, what the plugin answered, and what it asked of Linode meanwhile. */
export interface Step {
  step: string;
  answer: unknown;
  requests: string[];
}

/** Gives the zone that records and `getDomain` need. */
export function addZone(stub: LinodeStub): void {
  stub.collection("domains").set(50, {
    id: 50,
    domain: "example.org",
    type: "master",
    status: "active",
    soa_email: "hostmaster@example.org",
    description: "",
    tags: [],
    master_ips: [],
    axfr_ips: [],
    ttl_sec: 0,
    refresh_sec: 0,
    retry_sec: 0,
    expire_sec: 0,
    group: "",
  });
}

export async function live(engine: TestEngine, stub: LinodeStub, scenario: Scenario): Promise<Step[]> {
  const steps: Step[] = [];
  stub.prompt = scenario.prompt ?? false;
  const address = urn(scenario.token, "it");
  let halfMade: { id: string; outputs: Properties } | undefined;
  const note = async <Answer>(step: string, call: () => Promise<Answer>): Promise<Answer | undefined> => {
    let answer: Answer | undefined;
    let shown: unknown;
    const refused = scenario.refusals?.[step];
    if (refused) stub.surprises.push({ on: refused, answer: { status: 400, body: { errors: [{ reason: "no" }] } } });
    try {
      answer = await call();
      shown = show(answer as Value);
    } catch (error) {
      shown = { error: error instanceof Error ? error.message : String(error) };
      if (error instanceof InitializationError) {
        halfMade = { id: error.id, outputs: reveal(error.outputs) };
        shown = { ...(shown as object), id: error.id, outputs: show(error.outputs as Value) };
      }
    }
    steps.push({ step, answer: shown ?? null, requests: stub.trace().map(withoutRandom) });
    return answer;
  };

  const checked = await note("check", () => engine.check(address, without(scenario.inputs)));
  if (checked === undefined || Object.keys(checked.failures).length > 0) return steps;
  let inputs = checked.inputs;
  await note("preview", () => engine.create(address, inputs, true));
  const made = (await note("create", () => engine.create(address, inputs))) ?? halfMade;
  if (made === undefined) return steps;
  const { id } = made;
  let outputs = reveal(made.outputs);
  await note("diff", () => engine.diff(address, id, { outputs, inputs, oldInputs: inputs }));
  const read = await note("refresh", () => engine.read(address, id, { outputs, inputs }));
  if (read !== undefined) {
    await note("diff after refresh", () =>
      engine.diff(address, id, { outputs: reveal(read.outputs), inputs, oldInputs: reveal(read.inputs) }),
    );
  }
  const { importId } = scenario;
  if (importId !== undefined) await note("import by its id alone", () => engine.read(address, id));
  await note("import", () => engine.read(address, importId?.(id) ?? id));
  for (const { title, inputs: different, ignoreChanges } of scenario.changes) {
    const wanted = without({ ...scenario.inputs, ...different });
    const changed = await note(`${title}: check`, () => engine.check(address, wanted, inputs));
    if (changed === undefined || Object.keys(changed.failures).length > 0) continue;
    const values = { outputs, inputs: changed.inputs, oldInputs: inputs, ignoreChanges };
    const diff = await note(`${title}: diff`, () => engine.diff(address, id, values));
    if (diff?.changes !== "some" || diff.replaces.length > 0 || ignoreChanges !== undefined) continue;
    if (JSON.stringify(show(changed.inputs as Value)).includes("(unknown)")) continue;
    const before = outputs;
    halfMade = undefined;
    const after = await note(`${title}: update`, async () =>
      changedIn(before, await engine.update(address, id, values)),
    );
    const failed = halfMade as { outputs: Properties } | undefined;
    if (after === undefined && failed === undefined) continue;
    outputs = failed?.outputs ?? { ...outputs, ...reveal(after ?? {}) };
    inputs = failed === undefined ? changed.inputs : inputs;
    await note(`${title}: diff again`, () => engine.diff(address, id, { outputs, inputs, oldInputs: inputs }));
  }
  await note("delete", () => engine.delete(address, id, outputs));
  await note("refresh when it is gone", () => engine.read(address, id, { outputs, inputs }));
  return steps;
}

/** What an update changed. */
function changedIn(before: Properties, after: Properties): Properties {
  const same = (name: string) => JSON.stringify(show(before[name])) === JSON.stringify(show(reveal(after)[name]));
  return Object.fromEntries(Object.entries(after).filter(([name]) => !same(name)));
}

function without(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([, value]) => value !== undefined));
}

function reveal(properties: Properties): Properties {
  const plain = (value: Value | undefined): Value | undefined => {
    if (value instanceof Secret) return plain(value.value);
    if (Array.isArray(value)) return value.map((item) => plain(item) ?? null);
    if (typeof value !== "object" || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
    return reveal(value as Properties) as Value;
  };
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, plain(value)]));
}

/** Values as JSON: secrets and unknown ones by name, members in order. */
export function show(value: Value | undefined): unknown {
  if (value === unknown) return "(unknown)";
  if (value instanceof Secret) return { "(secret)": show(value.value) };
  if (Array.isArray(value)) return value.map(show);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value as Record<string, Value>).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, item]) => [name, name === "__meta" ? showMeta(item) : show(item)]));
}

/** Previews of the official plugin carry an inner note that is never stored. */
function showMeta(meta: Value): unknown {
  if (typeof meta !== "string") return meta;
  const { _new_extra_shim: _note, ...rest } = JSON.parse(meta) as Record<string, unknown>;
  return rest;
}

/** Passwords that the plugin made up. */
function withoutRandom(request: string): string {
  return request.replace(/"root_pass":"[A-Za-z0-9+/]{67}="/, '"root_pass":"(random)"');
}
