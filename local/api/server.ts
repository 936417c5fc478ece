import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { HostDriver } from "../hosts/driver";
import type { Api } from "./app";
import { type Cloud, assemble } from "./cloud";
import { Calls } from "./control/calls";
import { controlRoutes } from "./control/routes";
import { ApiError, type Reason, invalid, invalidToken, notFound } from "./errors";
import { limit, setHeaders } from "./headers";
import { recover } from "./jobs/recovery";
import { missing, shadowed } from "./missing";
import { routes } from "./routes";
import { Store } from "./store";
import { carries, tokenOf } from "./token";
import { validatorCompiler } from "./validation";

export interface ServerArgs {
  /** Runs the machines. */
  driver: HostDriver;
  /** Where state and token are kept, e.g. `.local`. */
  directory: string;
  /** @default what `<directory>/token` holds; made if missing */
  token?: string;
  /** The account's user. @default "local" */
  username?: string;
  /** Least time that making, booting, shutting down … take, for clients that want to see it under way. @default 0 */
  paceMs?: number;
  /** Gets one line a request. @default none */
  log?: (line: string) => void;
}

export interface Server {
  /** Not listening yet; `fastify.listen` or `fastify.inject`. */
  fastify: Api;
  cloud: Cloud;
  /** What is there, as `GET /linode/instances/:id`. */
  operations: string[];
  /** Hosts keep running; work under way is taken up by the next start. */
  close(): Promise<void>;
}

/** The API of one local Linode: state read, driver started, hosts found again. @throws HostsUnavailable */
export async function createServer({
  driver,
  directory,
  token = tokenOf(directory),
  username = "local",
  paceMs = 0,
  log,
}: ServerArgs): Promise<Server> {
  const store = Store.open(directory);
  const cloud = assemble({ store, driver, username, paceMs });
  try {
    await driver.start();
    const calls = new Calls();
    const app = newApp();
    observe(app, cloud, calls, token, log);
    const operations = mount(app, cloud, calls);
    await app.ready();
    await recover(cloud);
    cloud.stats.start();
    const close = async () => {
      cloud.queue.stop();
      cloud.stats.stop();
      await app.close();
      await driver.stop();
      await store.close();
    };
    return { fastify: app, cloud, operations, close };
  } catch (error) {
    cloud.queue.stop();
    await store.close();
    throw error;
  }
}

function newApp(): Api {
  const app: Api = fastify({
    exposeHeadRoutes: false,
    // Clients choose between the two as they like: what Linode calls beta is the same here.
    rewriteUrl: ({ url = "/" }) => url.replace(/^\/v4beta\//, "/v4/"),
    routerOptions: { maxParamLength: 300, ignoreTrailingSlash: true },
    bodyLimit: 4 << 20,
    forceCloseConnections: true,
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  const parse = app.getDefaultJsonParser("error", "error");
  // Clients send any content type with a POST that has no body. What has one is JSON, whatever it is called.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) return done(null, {});
    void parse(request, body as string, (error, parsed) => done(error ? invalid("Invalid JSON") : null, parsed));
  });
  app.setErrorHandler(answerError);
  return app;
}

/** Everything that holds for every request: token, provoked faults, headers, the log. */
function observe(app: Api, cloud: Cloud, calls: Calls, token: string, log?: (line: string) => void): void {
  app.addHook("onRequest", async (request, reply) => {
    setHeaders(request, reply);
    const { authorization } = request.headers;
    const open = request.routeOptions.config.open === true && authorization === undefined;
    if (!open && !carries(authorization, token)) throw invalidToken();
    limit(request, reply, cloud.rateLimits);
    await provoke(cloud, request);
  });
  app.addHook("preValidation", async (request) => {
    // A POST without a body and without a content type is as good as `{}`.
    if (request.body === undefined && request.method !== "GET") request.body = {};
  });
  app.addHook("onSend", async (_request, reply) => {
    if (reply.statusCode < 500) await cloud.store.durable();
    // Exactly this: some clients don't take an error with a charset for one.
    if (String(reply.getHeader("content-type")).startsWith("application/json"))
      reply.header("content-type", "application/json");
  });
  app.addHook("onResponse", async (request, reply) => {
    if (request.url.startsWith("/local/")) return;
    const { method, originalUrl: url } = request;
    const filter = request.headers["x-filter"];
    const call = { at: Date.now(), method, url, status: reply.statusCode, ms: Math.round(reply.elapsedTime * 10) / 10 };
    calls.add(typeof filter === "string" ? { ...call, filter } : call);
    log?.(`${new Date().toISOString()} ${method} ${url} ${call.status} ${call.ms} ms`);
  });
}

async function provoke({ faults }: Cloud, request: FastifyRequest): Promise<void> {
  const path = /^\/v4(\/[^?]*)/.exec(request.url)?.[1];
  const fault = path === undefined ? undefined : faults.ofRequest(request.method, path);
  if (!fault) return;
  if (fault.delayMs) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (!fault.status) return;
  const reason = { 429: "Too many requests", 500: "Internal Server Error", 503: "Service Unavailable" }[fault.status];
  throw new ApiError(
    fault.status,
    [{ reason }],
    fault.status === 500 ? {} : { "retry-after": String(fault.retryAfter ?? 1) },
  );
}

/** @returns the operations that are there */
function mount(app: Api, cloud: Cloud, calls: Calls): string[] {
  const operations: string[] = [];
  app.addHook("onRoute", ({ method, url, config }) => {
    if (!url.startsWith("/v4/") || config?.alias) return;
    for (const one of [method].flat()) if (one !== "HEAD") operations.push(`${one} ${url.slice(3)}`);
  });
  let answer: ReturnType<typeof missing> | undefined;
  const absent = ({ method, url }: FastifyRequest): never => {
    // Some clients end a list's path with a slash.
    const path = /^\/v4(\/[^?]*?)\/?(\?|$)/.exec(url)?.[1];
    answer ??= missing(operations);
    throw path === undefined ? notFound() : answer(method, path);
  };
  app.setNotFoundHandler(absent);
  void app.register(
    async (scope) => {
      routes(scope, cloud);
      for (const operation of shadowed(operations)) {
        const [method = "", url = ""] = operation.split(" ");
        scope.route({ method, url, config: { alias: true }, handler: absent });
      }
    },
    { prefix: "/v4" },
  );
  controlRoutes(app, cloud, calls, async () => {
    await cloud.queue.settled();
    await cloud.driver.reset();
    cloud.store.clear();
    cloud.faults.clear();
    await cloud.driver.start();
  });
  return operations;
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, reasons, headers } = error instanceof ApiError ? error : fromFastify(error);
  return reply
    .code(status)
    .headers(headers)
    .header("content-type", "application/json")
    .send(JSON.stringify({ errors: reasons }));
}

function fromFastify(error: unknown): { status: number; reasons: Reason[]; headers: Record<string, string> } {
  const { statusCode, message } = error as { statusCode?: number; message?: string };
  const status = statusCode && statusCode >= 400 ? statusCode : 500;
  return { status, reasons: [{ reason: message || "Internal Server Error" }], headers: {} };
}
