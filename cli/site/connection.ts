import { Readable } from "node:stream";
import { Client, type ClientChannel } from "ssh2";
import { exitCodes, sentence, SiteError } from "./failure";
import type { Server } from "./servers";

/** What a command on a server came to. */
export interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

export interface ExecOptions {
  /** Standard input. @default none */
  input?: string | Readable;
  /** Gets standard output as it comes, in place of collecting it. */
  onOutput?: (part: Buffer) => void;
  /** Gets standard error as it comes, in place of collecting it. */
  onErrors?: (part: Buffer) => void;
}

const connectSeconds = 15;

/** A command under way. A quick one's exit code is there before anybody can listen for it: it is taken down from the first moment on. */
interface Running {
  channel: ClientChannel;
  exit: { code?: number };
}

/** One SSH connection to a server, whose host key must be the recorded one. */
export class Connection {
  private constructor(
    readonly server: Server,
    private readonly client: Client,
  ) {}

  /** @param privateKey in OpenSSH's form @default the SSH agent. @throws SiteError when the server can't be reached, or is another one */
  static open(server: Server, privateKey?: string): Promise<Connection> {
    const agent = process.env.SSH_AUTH_SOCK;
    if (!privateKey && !agent)
      throw new SiteError(
        "there is no SSH key to log in with: no agent runs here. Start one (ssh-add), or set trinode:operators.privateKey.",
        exitCodes.unseen,
      );
    if (!server.hostKey)
      throw new SiteError(
        `${server.name}: its SSH host key is not recorded yet. Finish it: pulumi up`,
        exitCodes.unseen,
      );
    const client = new Client();
    let stranger = false;
    return new Promise((resolve, reject) => {
      client.on("ready", () => resolve(new Connection(server, client)));
      client.on("error", (error) => reject(unreachable(server, error, stranger)));
      client.connect({
        host: server.address,
        username: "root",
        ...(privateKey ? { privateKey } : { agent }),
        readyTimeout: connectSeconds * 1000,
        keepaliveInterval: 10_000,
        algorithms: { serverHostKey: ["ssh-ed25519"] },
        hostVerifier: (key: Buffer) => {
          stranger = key.toString("base64") !== server.hostKey.split(" ")[1];
          return !stranger;
        },
      });
    });
  }

  /** Runs a command, word by word. */
  async exec(words: string[], { input, onOutput, onErrors }: ExecOptions = {}): Promise<Outcome> {
    const { channel, exit } = await this.start(words, false);
    let stdout = "";
    let stderr = "";
    channel.on("data", onOutput ?? ((part: Buffer) => (stdout += part.toString())));
    channel.stderr.on("data", onErrors ?? ((part: Buffer) => (stderr += part.toString())));
    if (input instanceof Readable) input.pipe(channel);
    else channel.end(input ?? "");
    return { code: await ended(channel, exit, this.client), stdout, stderr };
  }

  /** Runs a command whose standard input stays open until the connection ends. */
  async follow(words: string[], onOutput: (part: Buffer) => void): Promise<number> {
    const { channel, exit } = await this.start(words, false);
    channel.on("data", onOutput);
    channel.stderr.on("data", (part: Buffer) => process.stderr.write(part));
    return ended(channel, exit, this.client);
  }

  /** Runs a command with this process's own standard input and outputs, and a terminal of its own when this one has one. */
  async attach(words: string[]): Promise<number> {
    const { stdin, stdout, stderr } = process;
    const terminal = Boolean(stdin.isTTY && stdout.isTTY);
    const { channel, exit } = await this.start(words, terminal);
    const resize = () => channel.setWindow(stdout.rows, stdout.columns, 0, 0);
    if (terminal) {
      stdin.setRawMode(true);
      stdout.on("resize", resize);
    }
    stdin.pipe(channel);
    channel.pipe(stdout, { end: false });
    channel.stderr.pipe(stderr, { end: false });
    try {
      return await ended(channel, exit, this.client);
    } finally {
      stdin.unpipe(channel);
      stdin.pause();
      if (terminal) {
        stdin.setRawMode(false);
        stdout.off("resize", resize);
      }
    }
  }

  close(): void {
    this.client.end();
  }

  private start(words: string[], terminal: boolean): Promise<Running> {
    const { rows, columns } = process.stdout;
    const pty = terminal ? { pty: { term: process.env.TERM ?? "xterm", rows, cols: columns } } : {};
    return new Promise((resolve, reject) => {
      this.client.exec(words.map(quoted).join(" "), pty, (error, channel) => {
        if (error) return reject(new SiteError(`${this.server.name}: ${error.message}`, exitCodes.unseen));
        const exit: Running["exit"] = {};
        channel.on("exit", (code: number | null) => (exit.code = code ?? 143));
        resolve({ channel, exit });
      });
    });
  }
}

/** Connects, does something, and closes. */
export async function withConnection<T>(
  server: Server,
  privateKey: string | undefined,
  use: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await Connection.open(server, privateKey);
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

/** A word as a POSIX shell reads it back unchanged. */
export function quoted(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** The exit code; that of a shell when a signal ended the command. */
function ended(channel: ClientChannel, exit: Running["exit"], client: Client): Promise<number> {
  return new Promise((resolve, reject) => {
    channel.on("close", () => (exit.code === undefined ? reject(lost()) : resolve(exit.code)));
    client.on("close", () => reject(lost()));
  });
}

function lost(): SiteError {
  return new SiteError(
    "the connection to the server was lost; what it was at may have gone on there",
    exitCodes.unseen,
  );
}

function unreachable({ name, address }: Server, error: Error & { level?: string }, stranger: boolean): SiteError {
  const where = `${name} (${address})`;
  if (stranger)
    return new SiteError(
      `${where} shows another SSH host key than the one recorded by pulumi up: it is not our machine, or it was made anew by hand. Nothing was sent.`,
      exitCodes.unseen,
    );
  if (error.level === "client-authentication")
    return new SiteError(
      `${where} does not let this key in. Use one of trinode:operators.sshKeys: ssh-add FILE`,
      exitCodes.unseen,
    );
  return new SiteError(
    `${where} can't be reached: ${sentence(error)}. Is it switched off, or your address not in trinode:operators.cidrs?`,
    exitCodes.unseen,
  );
}
