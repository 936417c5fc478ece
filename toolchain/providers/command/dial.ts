import { connect as connectSocket } from "node:net";
import { Duplex } from "node:stream";
import { AuthHandlerMiddleware, Client, ConnectConfig } from "ssh2";
import { clientConfig, offeredName } from "./clientConfig";
import { Connection, ConnectionBase } from "./connection";
import { dialErrorText, joinHostPort, systemErrorText } from "./goText";

/** What a dial needs besides the connection. */
export interface DialContext {
  /** Told of each failed attempt, e.g. "Dial 3/10 failed: retrying". */
  status(message: string): void;
  /** Ends waiting and dialling. */
  signal: AbortSignal;
}

/** An open connection; `close` also ends the proxy's. */
export interface Dialled {
  client: Client;
  close(): void;
}

/** Pauses between attempts of the official provider (pulumi/sdk util/retry): 100 ms, then 1.5 times as long, at most 5 s. */
const firstDelayMs = 100;
const delayFactor = 1.5;
const longestDelayMs = 5_000;

/** sshd itself drops a client that has not logged in by then (LoginGraceTime), so that nothing waits for ever. */
const loginGraceMs = 120_000;

/**
 * Connects, through the proxy if there is one, trying again as the official provider does.
 * @throws Error in the official provider's words: "after 10 failed attempts: dial tcp …".
 */
export async function dial(connection: Connection, context: DialContext): Promise<Dialled> {
  const config = await clientConfig(connection);
  const { proxy } = connection;
  const tries = connection.dialErrorLimit;
  if (proxy === undefined) {
    const client = await dialWithRetry("Dial", tries, context, () => connectDirectly(connection, config, context));
    return { client, close: () => client.destroy() };
  }
  try {
    return await dialThrough(proxy, connection, config, context);
  } catch (error) {
    if (context.signal.aborted) throw error;
    throw new Error(`proxy: ${(error as Error).message}`);
  }
}

async function dialThrough(
  proxy: ConnectionBase,
  target: Connection,
  config: ConnectConfig,
  context: DialContext,
): Promise<Dialled> {
  const proxyConfig = await clientConfig(proxy);
  const tries = target.dialErrorLimit;
  const bastion = await dialWithRetry("Dial proxy", proxy.dialErrorLimit, context, () =>
    connectDirectly(proxy, proxyConfig, context),
  );
  try {
    let bridge: Duplex | undefined = await dialWithRetry("Dial from proxy", tries, context, () =>
      forward(bastion, target),
    );
    const client = await dialWithRetry("Dial", tries, context, async () => {
      const channel = bridge ?? (await forward(bastion, target));
      bridge = undefined; // A failed login has closed it.
      return login(channel, config, context);
    });
    return {
      client,
      close: () => {
        client.destroy();
        bastion.destroy();
      },
    };
  } catch (error) {
    bastion.destroy();
    throw error;
  }
}

/** Runs `attempt` until it succeeds, `limit` attempts have failed (-1: any number), or the signal is given. */
async function dialWithRetry<T>(
  message: string,
  limit: number,
  context: DialContext,
  attempt: () => Promise<T>,
): Promise<T> {
  let delay = firstDelayMs;
  for (let failed = 0; ; failed++) {
    context.signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      context.signal.throwIfAborted();
      if (limit > -1 && failed + 1 > limit) {
        throw new Error(`after ${failed} failed attempts: ${(error as Error).message}`);
      }
      context.status(`${message} ${failed + 1}/${limit === -1 ? "inf" : limit} failed: retrying`);
    }
    await pause(delay, context.signal);
    delay = Math.min(delay * delayFactor, longestDelayMs);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", stop, { once: true });
  });
}

async function connectDirectly(to: ConnectionBase, config: ConnectConfig, context: DialContext): Promise<Client> {
  return login(await openSocket(to, context.signal), config, context);
}

function openSocket(to: ConnectionBase, signal: AbortSignal): Promise<Duplex> {
  const endpoint = joinHostPort(to.host, to.port);
  return new Promise((resolve, reject) => {
    // Keep-alive as Go's dialler has it: a server that vanished is noticed.
    const socket = connectSocket({
      host: to.host,
      port: to.port,
      keepAlive: true,
      keepAliveInitialDelay: 15_000,
      noDelay: true,
    });
    const fail = (error: NodeJS.ErrnoException) => {
      settle();
      socket.destroy();
      reject(signal.aborted ? error : new Error(dialErrorText("tcp", endpoint, error)));
    };
    const stop = () => fail(signal.reason as Error);
    const timeout = () => fail(Object.assign(new Error("timeout"), { code: "TIMEOUT" }));
    const timer = to.perDialTimeout > 0 ? setTimeout(timeout, to.perDialTimeout * 1000) : undefined;
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      socket.removeListener("error", fail);
    };
    signal.addEventListener("abort", stop, { once: true });
    socket.once("error", fail);
    socket.once("connect", () => {
      settle();
      resolve(socket);
    });
  });
}

function forward(bastion: Client, to: ConnectionBase): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    bastion.forwardOut("0.0.0.0", 0, to.host, to.port, (error, channel) => {
      if (error) reject(new Error(`ssh: rejected: ${error.message}`));
      else resolve(channel);
    });
  });
}

function login(socket: Duplex, config: ConnectConfig, context: DialContext): Promise<Client> {
  return new Promise((resolve, reject) => {
    const client = new Client();
    const attempted: string[] = [];
    const fail = (error: Error) => {
      context.signal.removeEventListener("abort", stop);
      client.removeListener("close", closed);
      // What comes after the first error is of no interest, but must not end the process.
      client.on("error", () => undefined);
      client.destroy();
      socket.destroy();
      reject(error);
    };
    const stop = () => fail(context.signal.reason as Error);
    const closed = () => fail(new Error("ssh: handshake failed: EOF"));
    context.signal.addEventListener("abort", stop, { once: true });
    client.once("error", (error) => fail(new Error(handshakeErrorText(error, attempted))));
    client.once("close", closed);
    client.once("ready", () => {
      context.signal.removeEventListener("abort", stop);
      client.removeListener("close", closed);
      client.removeAllListeners("error");
      client.on("error", () => undefined);
      resolve(client);
    });
    const authHandler = noting(config, attempted);
    client.connect({ ...config, authHandler, sock: socket, readyTimeout: loginGraceMs });
  });
}

/** The configuration's way through the methods, with a list of those that were tried. */
function noting(config: ConnectConfig, attempted: string[]): AuthHandlerMiddleware {
  const choose = config.authHandler as AuthHandlerMiddleware;
  return (offered, partial, next) =>
    choose(offered, partial, (method) => {
      if (typeof method === "object") attempted.push(offeredName(method));
      next(method);
    });
}

/** golang.org/x/crypto/ssh's words for what ssh2 reports, since programs and people look for them. */
function handshakeErrorText(error: Error & { level?: string; code?: string }, attempted: string[]): string {
  return `ssh: handshake failed: ${handshakeReason(error, attempted)}`;
}

function handshakeReason(error: Error & { level?: string; code?: string }, attempted: string[]): string {
  if (error.level === "client-authentication") {
    return `ssh: unable to authenticate, attempted methods [${attempted.join(" ")}], no supported methods remain`;
  }
  if (/Host denied/.test(error.message)) return "ssh: host key mismatch";
  if (/no matching host key/i.test(error.message)) return "ssh: no common algorithm for host key";
  if (/Connection lost before handshake/.test(error.message)) return "EOF";
  if (error.level === "client-timeout") return "read: i/o timeout";
  return systemErrorText(error.code) ?? error.message;
}
