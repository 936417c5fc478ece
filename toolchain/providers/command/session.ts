import { constants } from "node:os";
import { Client, ClientChannel } from "ssh2";

/**
 * What ssh2 has inside and we need: its public `exec` sends environment variables without waiting for the server's
 * answer, so that a refused one goes unnoticed, and the official provider fails there. The version is pinned for this.
 */
interface ClientInternals {
  _chanMgr: { add(opened: OpenedCallback): number };
  _protocol: {
    session(channel: number, window: number, packetSize: number): void;
    env(channel: number, name: string, value: string, wantReply: boolean): void;
    exec(channel: number, command: string, wantReply: boolean): void;
  };
}
interface OpenedCallback {
  (error: Error | undefined, channel: ClientChannel): void;
  type: string;
}
interface ChannelInternals {
  outgoing: { id: number; state: string };
  _callbacks: ((failed: boolean | Error) => void)[];
  subtype: string;
}

const windowBytes = 2 * 1024 * 1024;
const packetBytes = 32 * 1024;

/** One session of an SSH connection, in which one command can be run. */
export class Session {
  private constructor(
    private readonly client: Client,
    private readonly channel: ClientChannel,
  ) {}

  static open(client: Client): Promise<Session> {
    const { _chanMgr, _protocol } = client as unknown as ClientInternals;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error("EOF"));
      client.once("close", gone);
      const opened: OpenedCallback = Object.assign(
        (error: Error | undefined, channel: ClientChannel) => {
          client.removeListener("close", gone);
          if (error) reject(new Error(`ssh: rejected: ${error.message}`));
          else resolve(new Session(client, channel));
        },
        { type: "session" },
      );
      _protocol.session(_chanMgr.add(opened), windowBytes, packetBytes);
    });
  }

  /** @throws Error if the server refuses the variable. */
  setEnvironment(name: string, value: string): Promise<void> {
    return this.request("ssh: setenv failed", (protocol, id) => protocol.env(id, name, value, true));
  }

  /** Starts the command, hands out what it writes, and ends with the text of its failure, or undefined. */
  async run(command: string, stdin: string | undefined, write: (stream: "stdout" | "stderr", chunk: Buffer) => void) {
    const { channel } = this;
    const failure = this.ending();
    channel.on("data", (chunk: Buffer) => write("stdout", chunk));
    channel.stderr.on("data", (chunk: Buffer) => write("stderr", chunk));
    await this.request(`ssh: command ${command} failed`, (protocol, id) => protocol.exec(id, command, true));
    (channel as unknown as ChannelInternals).subtype = "exec";
    channel.on("error", () => undefined); // A command may end without reading all of its input.
    channel.end(stdin ?? "");
    return failure;
  }

  private ending(): Promise<string | undefined> {
    return new Promise((resolve) => {
      let text: string | undefined = "wait: remote command exited without exit status or exit signal";
      this.channel.on("exit", (code: number | null, signal?: string, _dump?: string, message?: string) => {
        text = code === 0 ? undefined : exitText(code, signal, message);
      });
      this.channel.on("close", () => resolve(text));
      this.client.once("close", () => resolve(text));
    });
  }

  private request(
    failure: string,
    send: (protocol: ClientInternals["_protocol"], channel: number) => void,
  ): Promise<void> {
    const { _protocol } = this.client as unknown as ClientInternals;
    const { outgoing, _callbacks } = this.channel as unknown as ChannelInternals;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error("EOF"));
      if (outgoing.state !== "open") return gone();
      this.client.once("close", gone);
      _callbacks.push((failed) => {
        this.client.removeListener("close", gone);
        if (failed) reject(new Error(failure));
        else resolve();
      });
      send(_protocol, outgoing.id);
    });
  }
}

/** golang.org/x/crypto/ssh's words for how a command ended. */
function exitText(code: number | null, signal: string | undefined, message: string | undefined): string {
  if (code !== null) return `Process exited with status ${code}`;
  const name = (signal ?? "").replace(/^SIG/, "");
  const number = constants.signals[`SIG${name}` as NodeJS.Signals];
  const reason = message ? `. Reason was: ${message}` : "";
  return `Process exited with status ${number === undefined ? 128 : 128 + number} from signal ${name}${reason}`;
}
