/**
 * Calls and answers of the official plugin, recorded from pulumi-resource-command 1.2.1: the stand-in answers each of them the same,
 * so that a stack made with one carries on with the other.
 */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { RunningProvider, serve } from "../../../../toolchain/providers/base";
import { provider } from "../../../../toolchain/providers/command/provider";
import recorded from "./official.json";

type Plain = Record<string, JavaScriptValue>;
interface Call {
  do: string;
  urn: string;
  id?: string;
  tok?: string;
  args?: Plain;
  news?: Plain;
  olds?: Plain;
  oldInputs?: Plain;
  props?: Plain;
  inputs?: Plain;
  preview?: boolean;
  ignore?: string[];
}
interface Client {
  [method: string]: (request: unknown, done: (error: grpc.ServiceError | null, answer: never) => void) => void;
}

const signature = "4dabf18193072939515e22adb298388d";
const unknownSecret = {
  [signature]: "1b47061264138c4ac30d75fd1eb44270",
  value: "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
};
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

let running: RunningProvider;
let client: ResourceProviderClient;

beforeAll(async () => {
  delete process.env["SSH_AUTH_SOCK"];
  running = await serve(provider);
  client = new ResourceProviderClient(`127.0.0.1:${running.port}`, grpc.credentials.createInsecure());
  await send("configure", new messages.ConfigureRequest());
});

afterAll(async () => {
  client.close();
  await running.stop();
});

const cases = (recorded as unknown as { call: Call; answer: Plain }[]).map(
  ({ call, answer }, index) => [`${index} ${call.do} ${call.urn?.split("::")[2] ?? call.tok}`, call, answer] as const,
);

it.each(cases)("answers as the official plugin: %s", async (_name, call, answer) => {
  const mine = await perform(call);
  expect(comparable(pick(mine, answer))).toEqual(comparable(answer));
});

function send<Answer>(method: string, request: unknown): Promise<Answer> {
  return new Promise((resolve, reject) =>
    (client as unknown as Client)[method]?.(request, (error, answer) => (error ? reject(error) : resolve(answer))),
  );
}

async function perform(call: Call): Promise<Plain> {
  try {
    return await performers[call.do]!(call);
  } catch (error) {
    const { code, details } = error as grpc.ServiceError;
    return { error: { code, message: details } };
  }
}

const struct = (values: Plain | undefined) => Struct.fromJavaScript(values ?? {});
const plain = (values: Struct | undefined) => values?.toJavaScript() ?? null;

const performers: Record<string, (call: Call) => Promise<Plain>> = {
  async check(call) {
    const request = new messages.CheckRequest().setUrn(call.urn).setNews(struct(call.news));
    const answer = await send<messages.CheckResponse>("check", request);
    const failures = answer.getFailuresList().map((one) => one.toObject());
    return { inputs: plain(answer.getInputs()), failures: failures as unknown as JavaScriptValue };
  },
  async diff(call) {
    const request = new messages.DiffRequest().setUrn(call.urn).setId(call.id ?? "id");
    request.setOlds(struct(call.olds)).setNews(struct(call.news)).setOldInputs(struct(call.oldInputs));
    const answer = await send<messages.DiffResponse>("diff", request.setIgnorechangesList(call.ignore ?? []));
    const detailed = answer.getDetaileddiffMap().toArray() as unknown as [string, [number, boolean]][];
    return {
      changes: answer.getChanges(),
      replaces: answer.getReplacesList().sort(),
      diffs: answer.getDiffsList().sort(),
      detailed: Object.fromEntries(
        detailed.map(([path, [kind, input]]) => [path, { kind: kind ?? 0, input: input ?? false }]),
      ),
    };
  },
  async create(call) {
    const request = new messages.CreateRequest().setUrn(call.urn).setProperties(struct(call.props));
    const answer = await send<messages.CreateResponse>("create", request.setPreview(call.preview ?? false));
    return { ...(call.preview ? {} : { id: answer.getId() }), props: plain(answer.getProperties()) };
  },
  async update(call) {
    const request = new messages.UpdateRequest().setUrn(call.urn).setId(call.id ?? "id");
    request.setOlds(struct(call.olds)).setNews(struct(call.news)).setOldInputs(struct(call.oldInputs));
    const answer = await send<messages.UpdateResponse>("update", request.setPreview(call.preview ?? false));
    return { props: plain(answer.getProperties()) };
  },
  async read(call) {
    const request = new messages.ReadRequest().setUrn(call.urn).setId(call.id ?? "id");
    const answer = await send<messages.ReadResponse>(
      "read",
      request.setProperties(struct(call.props)).setInputs(struct(call.inputs)),
    );
    return { id: answer.getId(), props: plain(answer.getProperties()), inputs: plain(answer.getInputs()) };
  },
  async delete(call) {
    await send("delete", new messages.DeleteRequest().setUrn(call.urn).setId("id").setProperties(struct(call.props)));
    return {};
  },
  async invoke(call) {
    const request = new messages.InvokeRequest().setTok(call.tok ?? "").setArgs(struct(call.args));
    return { ret: plain((await send<messages.InvokeResponse>("invoke", request)).getReturn()) };
  },
};

/** Of the stand-in's answer what the recording has: some answers were recorded in part. */
function pick(mine: Plain, answer: Plain): Plain {
  if ("error" in mine || "error" in answer) return mine;
  return Object.fromEntries(Object.entries(mine).filter(([name]) => name in answer));
}

/** Two spellings of the same: empty members of assets, the two forms of an unknown secret, random ids. */
function comparable(value: JavaScriptValue | undefined, path = ""): unknown {
  if (Array.isArray(value)) return value.map((item: JavaScriptValue) => comparable(item, path));
  if (path === ".id" && typeof value === "string") return value.replace(/[0-9a-f]{8}$/, "*");
  if (typeof value !== "object" || value === null) return value;
  const object = value as Plain;
  if (object[signature] === outputSignature && object["secret"] === true && !("value" in object)) return unknownSecret;
  const mark = object[signature];
  const isFile = typeof mark === "string" && /^(c44067|0def73)/.test(mark);
  const kept = Object.entries(object).filter(
    ([name, item]) =>
      !(isFile && (item === "" || (name === "assets" && Object.keys(item as Plain).length === 0))) &&
      !(object[signature] !== undefined && name === "value" && item === null),
  );
  const entries = kept.map(([name, item]): [string, unknown] => [name, comparable(item, `${path}.${name}`)]);
  return Object.fromEntries(entries);
}
