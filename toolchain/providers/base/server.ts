/** A provider as a gRPC server on a port of 127.0.0.1. */
import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import type * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Calls } from "./calls";
import { Engine } from "./engine";
import { toServiceError } from "./errors";
import type { Provider } from "./provider";

/** Pulumi's own limit for one message: 400 MB. */
const MAX_MESSAGE_BYTES = 400 * 1024 * 1024;

export interface RunningProvider {
  port: number;
  /** At once, whatever is under way. */
  stop: (this: void) => Promise<void>;
  /** Once everything under way has been answered. */
  finish: (this: void) => Promise<void>;
}

/** Serves `provider` on a free port. @param engineAddress where to send log lines; none: standard error. */
export async function serve<Client>(provider: Provider<Client>, engineAddress?: string): Promise<RunningProvider> {
  const engine = new Engine(engineAddress);
  const calls = new Calls(provider, engine);
  const server = new grpc.Server({
    "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
    "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  });
  server.addService(ResourceProviderService, methods(provider, calls, engine));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  const stop = async () => {
    engine.close();
    server.forceShutdown();
  };
  const finish = () => new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  return { port, stop, finish };
}

function methods<Client>(
  provider: Provider<Client>,
  calls: Calls<Client>,
  engine: Engine,
): grpc.UntypedServiceImplementation {
  return {
    handshake: unary((request: messages.ProviderHandshakeRequest) => {
      engine.attach(request.getEngineAddress());
      return calls.handshake();
    }),
    attach: unary((request: PluginAttach) => {
      engine.attach(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    getSchema: unary(() => calls.getSchema()),
    checkConfig: unary((request: messages.CheckRequest) => calls.checkConfig(request)),
    diffConfig: unary((request: messages.DiffRequest) => calls.diffConfig(request)),
    configure: unary((request: messages.ConfigureRequest) => calls.configure(request)),
    check: unary((request: messages.CheckRequest) => calls.check(request)),
    diff: unary((request: messages.DiffRequest) => calls.diff(request)),
    create: unary((request: messages.CreateRequest) => calls.create(request)),
    read: unary((request: messages.ReadRequest) => calls.read(request)),
    update: unary((request: messages.UpdateRequest) => calls.update(request)),
    delete: unary(async (request: messages.DeleteRequest) => {
      await calls.delete(request);
      return new Empty();
    }),
    invoke: unary((request: messages.InvokeRequest) => calls.invoke(request)),
    cancel: unary(() => {
      calls.cancel();
      return new Empty();
    }),
  };
}

/** One request, one answer; whatever is thrown becomes a gRPC error. */
function unary<Request, Answer>(
  handle: (request: Request) => Answer | Promise<Answer>,
): grpc.handleUnaryCall<Request, Answer> {
  return (call, callback) => {
    new Promise<Answer>((resolve) => resolve(handle(call.request))).then(
      (answer) => callback(null, answer),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}
