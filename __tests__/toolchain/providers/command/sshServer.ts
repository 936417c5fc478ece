/** An SSH server inside the test's process: runs commands with /bin/sh, serves files, forwards connections. */
import { spawn } from "node:child_process";
import { AddressInfo, connect } from "node:net";
import { AuthContext, Connection, Server, ServerChannel, Session, utils } from "ssh2";
import { serveFiles } from "./sftpServer";

export interface SshServerOptions {
  user?: string;
  password?: string;
  /** Private keys whose public part may log in. */
  keys?: string[];
  /** Names of variables that clients may set. */
  acceptEnv?: string[];
  /** The host's private key. @default a new Ed25519 one */
  hostKey?: string;
  /** How many connections to cut off before the first one is served. */
  refuse?: number;
}

export interface SshServer {
  port: number;
  /** The host's public key as `hostKey` of a connection wants it. */
  hostKey: string;
  /** What happened: each connection's end, each command. */
  events: string[];
  /** Resolves when an event with this text has come. */
  seen(event: string): Promise<void>;
  stop(): Promise<void>;
}

/** ssh2 now and then makes an Ed25519 key that it can't read itself: then another one. */
export function newKey(type: "ed25519" | "rsa" = "ed25519"): string {
  if (type === "rsa") return utils.generateKeyPairSync("rsa", { bits: 2048 }).private;
  const key = utils.generateKeyPairSync(type).private;
  return utils.parseKey(key) instanceof Error ? newKey(type) : key;
}

export function publicLine(privateKey: string): string {
  const key = parse(privateKey);
  return `${key.type} ${key.getPublicSSH().toString("base64")}`;
}

export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const hostKey = options.hostKey ?? newKey();
  const events: string[] = [];
  const waiting: { event: string; resolve: () => void }[] = [];
  const note = (event: string) => {
    events.push(event);
    for (const one of waiting) if (one.event === event) one.resolve();
  };
  let refusals = options.refuse ?? 0;
  const clients = new Set<Connection>();
  const server = new Server({ hostKeys: [hostKey] }, (client) => {
    clients.add(client);
    client.on("error", () => undefined);
    client.on("close", () => {
      clients.delete(client);
      note("closed");
    });
    if (refusals > 0) {
      refusals--;
      client.end();
      return;
    }
    serve(client, options, note);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    hostKey: publicLine(hostKey),
    events,
    seen: (event) =>
      events.includes(event) ? Promise.resolve() : new Promise((resolve) => waiting.push({ event, resolve })),
    stop: () =>
      new Promise((resolve) => {
        for (const client of clients) client.end();
        server.close(() => resolve());
      }),
  };
}

function serve(client: Connection, options: SshServerOptions, note: (event: string) => void): void {
  client.on("authentication", (context) =>
    allowed(context, options) ? context.accept() : context.reject(methods(options)),
  );
  client.on("ready", () => {
    note("login");
    client.on("session", (accept) => serveSession(accept(), options, note));
    client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
      note(`forward ${destIP}:${destPort}`);
      const socket = connect(destPort, destIP);
      const channel = accept();
      socket.on("error", () => channel.end());
      channel.on("error", () => socket.destroy());
      channel.pipe(socket).pipe(channel);
    });
  });
}

function methods(options: SshServerOptions): ("password" | "publickey")[] {
  return [...(options.password ? (["password"] as const) : []), ...(options.keys ? (["publickey"] as const) : [])];
}

function allowed(context: AuthContext, options: SshServerOptions): boolean {
  if (context.username !== (options.user ?? "root")) return false;
  if (context.method === "password") return options.password !== undefined && context.password === options.password;
  if (context.method !== "publickey") return false;
  const key = (options.keys ?? []).map(parse).find((one) => one.getPublicSSH().equals(context.key.data));
  if (key === undefined) return false;
  return (
    context.signature === undefined ||
    key.verify(context.blob ?? Buffer.of(), context.signature, context.hashAlgo) === true
  );
}

function serveSession(session: Session, options: SshServerOptions, note: (event: string) => void): void {
  const env: NodeJS.ProcessEnv = { PATH: process.env["PATH"] };
  session.on("env", (accept, reject, { key, val }: { key: string; val: string }) => {
    if (!options.acceptEnv?.includes(key)) return (reject as (() => void) | undefined)?.();
    env[key] = val;
    (accept as (() => void) | undefined)?.();
  });
  session.on("exec", (accept, _reject, { command }) => {
    note(`exec ${command}`);
    execute(accept(), command, env);
  });
  session.on("sftp", (accept) => serveFiles(accept()));
}

function execute(channel: ServerChannel, command: string, env: NodeJS.ProcessEnv): void {
  const child = spawn("/bin/sh", ["-c", command], { env, detached: true });
  channel.pipe(child.stdin);
  child.stdin.on("error", () => undefined);
  child.stdout.on("data", (chunk: Buffer) => channel.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => channel.stderr.write(chunk));
  // As sshd does for a client that went away.
  channel.on("close", () => child.exitCode === null && child.pid !== undefined && endGroup(child.pid));
  child.on("close", (code, signal) => {
    if (signal !== null) channel.exit(signal.replace(/^SIG/, ""), false, "");
    else channel.exit(code ?? 0);
    channel.end();
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGHUP");
  } catch {
    // It has ended by itself.
  }
}

function parse(privateKey: string) {
  const key = utils.parseKey(privateKey);
  if (key instanceof Error) throw key;
  return key;
}
