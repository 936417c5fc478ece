import { hostname, userInfo } from "node:os";
import { type Connection, type Outcome, withConnection } from "./connection";
import { exitCodes, SiteError } from "./failure";
import { type Role, type Server, serverOf, serversOf, serversWith } from "./servers";
import { SiteStack, type StackOptions } from "./stack";

/** Options of every verb. */
export interface SiteOptions extends StackOptions {
  /** Prints JSON on standard output. @default false */
  json?: boolean;
}

/** A stack with its servers, as the verbs use it. */
export class Site {
  private constructor(
    readonly stack: SiteStack,
    readonly servers: Server[],
    readonly config: Record<string, unknown>,
  ) {}

  static async open(options: StackOptions): Promise<Site> {
    return Site.of(await SiteStack.open(options));
  }

  static async of(stack: SiteStack): Promise<Site> {
    const [servers, config] = await Promise.all([serversOf(stack), stack.config()]);
    return new Site(stack, servers, config);
  }

  /** The server with a role, of several the first. */
  server(role: Role): Server {
    return serverOf(this.servers, role);
  }

  /** All servers with a role, at least one, the first one first. */
  all(role: Role): Server[] {
    return [this.server(role), ...serversWith(this.servers, role).slice(1)];
  }

  /** A server by its name, e.g. `app-2`. @throws SiteError naming those that there are */
  named(name: string, role: Role): Server {
    const servers = this.all(role);
    const server = servers.find((one) => one.name === name);
    if (server) return server;
    throw new SiteError(
      `there is no server "${name}" for this. There is: ${servers.map((one) => one.name).join(", ")}`,
    );
  }

  /** A connection to a server for as long as it is used. */
  connect<T>(server: Server, use: (connection: Connection) => Promise<T>): Promise<T> {
    const { privateKey } = (this.config.operators ?? {}) as { privateKey?: string };
    return withConnection(server, privateKey, use);
  }

  /** A machine by its name, whatever it does. @throws SiteError */
  machine(name: string): Server {
    const found = this.servers.find((one) => one.name === name);
    if (found) return found;
    throw new SiteError(`there is no machine "${name}" yet. Finish it: pulumi up`, exitCodes.unseen);
  }

  /** Runs a verb of the servers, e.g. `trinode releases --json`. @throws SiteError with what it said when it fails */
  async trinode(where: Role | Server, ...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(where, ...words);
    if (code !== 0) throw new SiteError(failure(words, stderr, code));
    return stdout;
  }

  /** The same, whatever it comes to. @throws SiteError when the server can't be reached or does not know the verb */
  async try(where: Role | Server, ...words: string[]): Promise<Outcome> {
    const server = typeof where === "string" ? this.server(where) : where;
    const outcome = await this.connect(server, (connection) => connection.exec(trinode(words)));
    if (outcome.code === 64 || outcome.code === 127)
      throw new SiteError(
        `server ${server.name} has no "trinode ${words[0]}" yet. Bring it there: pulumi up`,
        exitCodes.unseen,
      );
    return outcome;
  }
}

/** The command on a server, with who asks: it notes that in what it writes down. */
export function trinode(words: string[]): string[] {
  return ["env", `TRINODE_BY=${operator()}`, "trinode", ...words];
}

/** Who runs this, for records on servers. */
export function operator(): string {
  return `${userInfo().username}@${hostname()}`;
}

export function failure(words: string[], stderr: string, code: number): string {
  return stderr.trim().replace(/^trinode: /, "") || `trinode ${words.join(" ")} ended with code ${code}`;
}
