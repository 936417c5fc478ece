import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event, Linode } from "@linode/api-v4";
import { type Server, type ServerArgs, createServer } from "../../../local/api/server";
import { MemoryDriver } from "../../../local/hosts/memory";

export const sshKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIJ0v5kM9tX1rCWVv9nN6yU6JQ0g5wYxT0h0f6k1aS0e test";
export const rootPass = "Sup3rS3cret!pass";
export const anywhere = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] };

type Json = Record<string, unknown>;
export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** A server with hosts in memory, in a directory of its own, without rate limits, and a way to talk to it. */
export class TestCloud {
  private constructor(
    readonly directory: string,
    readonly driver: MemoryDriver,
    public server: Server,
    public url: string,
  ) {}

  static async start(args: Partial<ServerArgs> & { driver?: MemoryDriver } = {}): Promise<TestCloud> {
    const directory = args.directory ?? mkdtempSync(join(tmpdir(), "trinode-api-"));
    const driver = args.driver ?? new MemoryDriver({ slot: 8 });
    const server = await createServer({ token: "test", ...args, directory, driver });
    server.cloud.rateLimits.enforce(false);
    return new TestCloud(directory, driver, server, await listen(server));
  }

  /** As after a crash of the API: the same hosts, the same directory, a new server. */
  async restart(driver: MemoryDriver = this.driver): Promise<void> {
    await this.server.close();
    this.server = await createServer({ token: "test", directory: this.directory, driver });
    this.url = await listen(this.server);
  }

  async stop(): Promise<void> {
    await this.server.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  async call<T = Json>(method: Method, path: string, body?: Json, headers: Record<string, string> = {}) {
    const answer = await fetch(`${this.url}${path.startsWith("/local") ? path : `/v4${path}`}`, {
      method,
      headers: { authorization: "Bearer test", "content-type": "application/json", ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as T };
  }

  /** A request with nothing added. */
  async bare(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.url}${path}`, { ...init, headers: { "content-type": "application/json", ...init.headers } });
  }

  /** @throws unless the answer is 200 */
  async ok<T = Json & { id: number }>(method: Method, path: string, body?: Json, filter?: Json): Promise<T> {
    const answer = await this.call<T>(method, path, body, filter ? { "x-filter": JSON.stringify(filter) } : {});
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A list's rows. */
  async list<T = Json & { id: number }>(path: string, filter?: Json): Promise<T[]> {
    return (await this.ok<{ data: T[] }>("GET", path, undefined, filter)).data;
  }

  /** What an error says, as `field: reason`. */
  async refusal(method: Method, path: string, body?: Json, headers?: Record<string, string>): Promise<string[]> {
    const { status, body: answer } = await this.call<{ errors: { reason: string; field?: string }[] }>(
      method,
      path,
      body,
      headers,
    );
    if (status < 400) return [`answered ${status}`];
    return answer.errors.map(({ field, reason }) => (field ? `${field}: ${reason}` : reason));
  }

  /** All work is done. */
  async settled(): Promise<void> {
    await this.server.cloud.queue.settled();
  }

  /** A Linode that runs. */
  async linode(fields: Json = {}): Promise<Linode> {
    const body = { region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", root_pass: rootPass, ...fields };
    const { id } = await this.ok("POST", "/linode/instances", body);
    await this.settled();
    return this.ok<Linode>("GET", `/linode/instances/${id}`);
  }

  /** Actions of a Linode's events and how they ended, oldest first. */
  async history(linode: number): Promise<string[]> {
    const events = await this.list<Event>("/account/events", { "entity.id": linode, "entity.type": "linode" });
    return events.map(({ action, status }) => `${action} ${status}`).reverse();
  }
}

const listen = (server: Server): Promise<string> => server.fastify.listen({ host: "127.0.0.1", port: 0 });
