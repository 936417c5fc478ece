/** A PostgreSQL server: short-lived connections to its databases, and transactions that are tried again when they collide. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Client, DatabaseError, QueryResultRow } from "pg";
import type { ServerSettings } from "./config";
import { attempts, Attempt } from "./tls";

/** What statements are run on. */
export interface Session {
  run(sql: string, values?: unknown[]): Promise<void>;
  rows<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
  /** The first row, if there is one. */
  row<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row | undefined>;
}

/** `tuple concurrently updated`, serialization failure, deadlock: another session was there first, nothing was done. */
const COLLISIONS = new Set(["XX000", "40001", "40P01"]);
const TRIES = 6;

/** Loaded with the first connection: a run without a change makes none. */
let pg: typeof import("pg") | undefined;

const isDatabaseError = (error: unknown): error is DatabaseError =>
  pg !== undefined && error instanceof pg.DatabaseError;

export class Server {
  private readonly places = new Map<string, Places>();
  private detected: number | undefined;

  constructor(readonly settings: ServerSettings) {}

  /** The major version, e.g. 17. */
  async version(): Promise<number> {
    this.detected ??= await this.session("", async (session) => {
      const found = await session.row<{ number: number }>(
        "SELECT current_setting('server_version_num')::int / 10000 AS number",
      );
      return found?.number ?? 0;
    });
    return this.detected;
  }

  /** Runs `work` on a connection of its own, each statement for itself. @param database empty: the configured one. */
  async session<Result>(database: string, work: (session: Session) => Promise<Result>): Promise<Result> {
    const name = database === "" ? this.settings.database : database;
    const places = this.placesOf(name);
    await places.take();
    try {
      const client = await this.connect(name);
      try {
        return await work(new ClientSession(client));
      } finally {
        await client.end();
      }
    } finally {
      places.give();
    }
  }

  /** Runs `work` in a transaction; again from its start, a few times, if another session's got in its way. */
  async transaction<Result>(database: string, work: (session: Session) => Promise<Result>): Promise<Result> {
    return retried(() =>
      this.session(database, async (session) => {
        await session.run("BEGIN");
        try {
          const result = await work(session);
          await session.run("COMMIT");
          return result;
        } catch (error) {
          // The connection is closed right after: that rolls back, even if this does not get through.
          await session.run("ROLLBACK").catch(() => {});
          throw error;
        }
      }),
    );
  }

  private async connect(database: string): Promise<Client> {
    const { host, password } = this.settings;
    try {
      if (host === "") throw new Error("no host is configured");
      return await this.firstThatWorks(database, attempts(this.settings));
    } catch (error) {
      const reason = password === "" ? describe(error) : describe(error).replaceAll(password, "XXXX");
      throw new Error(`error connecting to PostgreSQL server ${host} (scheme: postgres): ${reason}`);
    }
  }

  private async firstThatWorks(database: string, ways: Attempt[]): Promise<Client> {
    const { host, port, username, password, connectTimeout } = this.settings;
    pg ??= await import("pg");
    let failure: unknown;
    for (const ssl of ways) {
      const client = new pg.Client({
        host,
        port,
        database,
        user: username,
        password,
        ssl,
        connectionTimeoutMillis: connectTimeout * 1000,
        fallback_application_name: "Terraform provider",
      });
      // A connection that breaks between two statements makes the next one fail; it must not end the process.
      client.on("error", () => {});
      try {
        await client.connect();
        return client;
      } catch (error) {
        failure = error;
        await client.end().catch(() => {});
      }
    }
    throw failure;
  }

  private placesOf(database: string): Places {
    let found = this.places.get(database);
    if (found === undefined) this.places.set(database, (found = new Places(this.settings.maxConnections)));
    return found;
  }
}

/** Tries `work` again while it collides with others; what it does must be undone when it fails. */
export async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isCollision(error) || attempt === TRIES) throw error;
      await sleep(50 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

export function isCollision(error: unknown): boolean {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  if (!isDatabaseError(cause) || !COLLISIONS.has(cause.code ?? "")) return false;
  return cause.code !== "XX000" || cause.message.includes("concurrently");
}

/** An error's message and, if PostgreSQL said it, its code; never the statement, which may hold a password. */
export function describe(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  if (isDatabaseError(error)) return `${error.message}${error.code ? ` (${error.code})` : ""}`;
  return error instanceof Error ? error.message : String(error);
}

/** Says in front of an error what could not be done. */
export async function attempt<Result>(what: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${what}: ${describe(error)}`, { cause: error });
  }
}

class ClientSession implements Session {
  constructor(private readonly client: Client) {}

  async run(sql: string, values?: unknown[]): Promise<void> {
    await this.client.query(sql, values);
  }

  async rows<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]> {
    return (await this.client.query<Row>(sql, values)).rows;
  }

  async row<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row | undefined> {
    return (await this.rows<Row>(sql, values)).at(0);
  }
}

/** So many may go on at the same time; the others wait in line. 0: no limit. */
class Places {
  private taken = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  async take(): Promise<void> {
    if (this.limit > 0 && this.taken >= this.limit) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.taken++;
  }

  /** Hands the place to the next in line. */
  give(): void {
    const next = this.waiting.shift();
    if (next === undefined) this.taken--;
    else next();
  }
}
