import { hostname, userInfo } from "node:os";
import { type Connection, type Outcome, withConnection } from "./connection";
import { exitCodes, SiteError } from "./failure";
import { type Role, type Server, serverOf, serversOf } from "./servers";
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
    const stack = await SiteStack.open(options);
    const [servers, config] = await Promise.all([serversOf(stack), stack.config()]);
    return new Site(stack, servers, config);
  }

  server(role: Role): Server {
    return serverOf(this.servers, role);
  }

  /** A connection to a server for as long as it is used. */
  connect<T>(server: Server, use: (connection: Connection) => Promise<T>): Promise<T> {
    const { privateKey } = (this.config.operators ?? {}) as { privateKey?: string };
    return withConnection(server, privateKey, use);
  }

  /** Runs a verb of the servers, e.g. `trinode releases --json`. @throws SiteError with what it said when it fails */
  async trinode(role: Role, ...words: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.try(role, ...words);
    if (code !== 0) throw new SiteError(failure(words, stderr, code));
    return stdout;
  }

  /** The same, whatever it comes to. @throws SiteError when the server can't be reached or does not know the verb */
  async try(role: Role, ...words: string[]): Promise<Outcome> {
    const outcome = await this.connect(this.server(role), (connection) => connection.exec(trinode(words)));
    if (outcome.code === 64 || outcome.code === 127)
      throw new SiteError(
        `the server for ${role} has no "trinode ${words[0]}" yet. Bring it there: pulumi up`,
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
