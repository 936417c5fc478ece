/** The engine's side of a provider, for tests: calls a provider over real gRPC with plain values. */
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { serve } from "../../../../toolchain/providers/base";
import type { Properties, Provider, RunningProvider } from "../../../../toolchain/providers/base";
import { decode, encode } from "../../../../toolchain/providers/base/wire";

export interface DiffAnswer {
  changes: "none" | "some";
  replaces: string[];
  diffs: string[];
  /** `add`, `update-replace` … by property path. */
  detailed: Record<string, string>;
  deleteBeforeReplace: boolean;
}

/** What a half-made resource left behind. */
export class InitializationError extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly outputs: Properties,
  ) {
    super(message);
  }
}

const kinds = ["add", "add-replace", "delete", "delete-replace", "update", "update-replace"];

export class TestEngine {
  private constructor(
    private readonly client: ResourceProviderClient,
    private readonly stopServer: RunningProvider["stop"],
  ) {}

  /** Serves the provider and configures it. Call `stop` in `afterEach`. */
  static async start<Client>(provider: Provider<Client>, config: Properties = {}): Promise<TestEngine> {
    const { port, stop } = await serve(provider);
    const engine = TestEngine.connect(port, stop);
    await engine.configure(config).catch(async (error: unknown) => {
      await engine.stop();
      throw error;
    });
    return engine;
  }

  /** Talks to a provider that runs already, e.g. a plugin's own process. */
  static connect(port: number, stop: RunningProvider["stop"] = async () => {}): TestEngine {
    return new TestEngine(new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure()), stop);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.stopServer();
  }

  async configure(config: Properties): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(encode(config));
    request.setAcceptsecrets(true);
    await this.call((done) => this.client.configure(request, done));
  }

  async check(
    urn: string,
    inputs: Properties,
    olds?: Properties,
  ): Promise<{ inputs: Properties; failures: Record<string, string> }> {
    const request = new messages.CheckRequest().setUrn(urn).setNews(encode(inputs)).setRandomseed(Buffer.alloc(32, 7));
    if (olds !== undefined) request.setOlds(encode(olds));
    const answer = await this.call<messages.CheckResponse>((done) => this.client.check(request, done));
    const failures = answer.getFailuresList().map((item) => [item.getProperty(), item.getReason()] as const);
    return { inputs: decode(answer.getInputs()), failures: Object.fromEntries(failures) };
  }

  async diff(
    urn: string,
    id: string,
    values: { outputs: Properties; inputs: Properties; oldInputs?: Properties; ignoreChanges?: string[] },
  ): Promise<DiffAnswer> {
    const request = new messages.DiffRequest().setUrn(urn).setId(id);
    request
      .setOlds(encode(values.outputs))
      .setNews(encode(values.inputs))
      .setOldInputs(encode(values.oldInputs ?? {}));
    request.setIgnorechangesList(values.ignoreChanges ?? []);
    const answer = await this.call<messages.DiffResponse>((done) => this.client.diff(request, done));
    const detailed: Record<string, string> = {};
    answer.getDetaileddiffMap().forEach((change, path) => (detailed[path] = kinds[change.getKind()] ?? "?"));
    return {
      changes: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_NONE ? "none" : "some",
      replaces: answer.getReplacesList(),
      diffs: answer.getDiffsList(),
      detailed,
      deleteBeforeReplace: answer.getDeletebeforereplace(),
    };
  }

  async create(urn: string, inputs: Properties, preview = false): Promise<{ id: string; outputs: Properties }> {
    const request = new messages.CreateRequest().setUrn(urn).setProperties(encode(inputs)).setPreview(preview);
    const answer = await this.call<messages.CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), outputs: decode(answer.getProperties()) };
  }

  /** Refresh with state, import without. Undefined if the resource is gone. */
  async read(
    urn: string,
    id: string,
    state?: { outputs: Properties; inputs: Properties },
  ): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined> {
    const request = new messages.ReadRequest().setUrn(urn).setId(id);
    if (state !== undefined) request.setProperties(encode(state.outputs)).setInputs(encode(state.inputs));
    const answer = await this.call<messages.ReadResponse>((done) => this.client.read(request, done));
    if (answer.getId() === "") return undefined;
    return { id: answer.getId(), outputs: decode(answer.getProperties()), inputs: decode(answer.getInputs()) };
  }

  async update(
    urn: string,
    id: string,
    values: { outputs: Properties; inputs: Properties; oldInputs?: Properties; preview?: boolean },
  ): Promise<Properties> {
    const request = new messages.UpdateRequest()
      .setUrn(urn)
      .setId(id)
      .setPreview(values.preview ?? false);
    request
      .setOlds(encode(values.outputs))
      .setNews(encode(values.inputs))
      .setOldInputs(encode(values.oldInputs ?? {}));
    const answer = await this.call<messages.UpdateResponse>((done) => this.client.update(request, done));
    return decode(answer.getProperties());
  }

  async delete(urn: string, id: string, outputs: Properties): Promise<void> {
    const request = new messages.DeleteRequest().setUrn(urn).setId(id).setProperties(encode(outputs));
    await this.call<Empty>((done) => this.client.delete(request, done));
  }

  async invoke(token: string, args: Properties): Promise<Properties> {
    const request = new messages.InvokeRequest().setTok(token).setArgs(encode(args));
    const answer = await this.call<messages.InvokeResponse>((done) => this.client.invoke(request, done));
    return decode(answer.getReturn());
  }

  async cancel(): Promise<void> {
    await this.call<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  private call<Answer>(
    send: (done: (error: grpc.ServiceError | null, answer: Answer) => void) => void,
  ): Promise<Answer> {
    return new Promise((resolve, reject) =>
      send((error, answer) => (error === null ? resolve(answer) : reject(unpack(error)))),
    );
  }
}

/** URN of a resource in a test's stack. */
export function urn(token: string, name: string): string {
  return `urn:pulumi:test::trinode::${token}::${name}`;
}

function unpack(error: grpc.ServiceError): Error {
  const [details] = error.metadata.get("grpc-status-details-bin");
  if (!Buffer.isBuffer(details)) return new Error(error.details);
  const packed = Status.deserializeBinary(Uint8Array.from(details)).getDetailsList()[0];
  const failed = messages.ErrorResourceInitFailed.deserializeBinary(packed?.getValue_asU8() ?? new Uint8Array());
  return new InitializationError(failed.getReasonsList().join("; "), failed.getId(), decode(failed.getProperties()));
}
