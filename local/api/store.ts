import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { open, type RootDatabase } from "lmdb";
import type { Tables } from "./records";

type Name = keyof Tables;
type Id<T extends Name> = Tables[T]["id"];
type Row = Tables[Name];
type Key = [Name | "counter", number | string];

/**
 * All state of the API. Reads come from memory. A `write` is one lmdb transaction, made beside the event loop: whoever tells
 * somebody of it waits for `durable` first, so that what a client was told survives `kill -9`, and half of it never happens.
 * Rows are replaced, never changed in place.
 */
export class Store {
  private readonly tables = new Map<Name, Map<number | string, Row>>();
  private counter = firstId - 1;
  /** Inside `write`: how to take back what it has done so far, and what to write to disk. */
  private open: { undo: (() => void)[]; changes: Map<string, { key: Key; value: Row | number | undefined }> } | null =
    null;

  /** The newest transaction, until it is made. */
  private pending: Promise<void> | null = null;
  private failure: Error | null = null;

  private constructor(private readonly db: RootDatabase<Row | number, Key>) {
    for (const { key, value } of db.getRange()) {
      if (key[0] === "counter") this.counter = value as number;
      else this.table(key[0]).set(key[1], value as Row);
    }
  }

  /** @param directory made if missing, readable by its owner only. */
  static open(directory: string): Store {
    const path = join(directory, "store");
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return new Store(open<Row | number, Key>({ path, mapSize: 1 << 30 }));
  }

  get<T extends Name>(table: T, id: Id<T>): Tables[T] | undefined {
    return this.table(table).get(id) as Tables[T] | undefined;
  }

  /** In the order of creation. */
  list<T extends Name>(table: T, where: (row: Tables[T]) => boolean = () => true): Tables[T][] {
    return ([...this.table(table).values()] as Tables[T][]).filter(where);
  }

  /** An id that no row of any table has or had. */
  nextId(): number {
    const before = this.counter;
    this.change(["counter", ""], ++this.counter, () => (this.counter = before));
    return this.counter;
  }

  put<T extends Name>(table: T, row: Tables[T]): Tables[T] {
    const rows = this.table(table);
    const before = rows.get(row.id);
    rows.set(row.id, row);
    this.change([table, row.id], row, () => (before ? rows.set(row.id, before) : rows.delete(row.id)));
    return row;
  }

  /** Changes some fields. @throws when there is no such row. */
  update<T extends Name>(table: T, id: Id<T>, fields: Partial<Tables[T]>): Tables[T] {
    const row = this.get(table, id);
    if (!row) throw new Error(`no ${table} ${String(id)}`);
    return this.put(table, { ...row, ...fields });
  }

  remove<T extends Name>(table: T, id: Id<T>): void {
    const rows = this.table(table);
    const before = rows.get(id);
    if (!before) return;
    rows.delete(id);
    this.change([table, id], undefined, () => rows.set(id, before));
  }

  /** All of `change` or, when it throws, nothing. Inside another write it is part of that one. */
  write<R>(change: () => R): R {
    if (this.open) return change();
    if (this.failure) throw this.failure;
    this.open = { undo: [], changes: new Map() };
    const { undo, changes } = this.open;
    try {
      const result = change();
      this.commit([...changes.values()]);
      return result;
    } catch (error) {
      for (const back of undo.reverse()) back();
      throw error;
    } finally {
      this.open = null;
    }
  }

  /** Forgets everything but the counter: ids are never given twice. */
  clear(): void {
    this.write(() => {
      for (const [name, rows] of this.tables) for (const id of [...rows.keys()]) this.remove(name, id);
    });
  }

  /** Everything written so far is in the database. @throws when it can't be written */
  async durable(): Promise<void> {
    // Transactions are made in order: the last one is the one to wait for.
    while (this.pending && !this.failure) await this.pending;
    if (this.failure) throw this.failure;
  }

  async close(): Promise<void> {
    while (this.pending && !this.failure) await this.pending;
    await this.db.close();
  }

  private table(name: Name): Map<number | string, Row> {
    let rows = this.tables.get(name);
    if (!rows) this.tables.set(name, (rows = new Map<number | string, Row>()));
    return rows;
  }

  private change(key: Key, value: Row | number | undefined, undo: () => void): void {
    if (!this.open) {
      undo();
      throw new Error("the store is changed inside of write() only");
    }
    this.open.undo.push(undo);
    this.open.changes.set(key.join("/"), { key, value });
  }

  private commit(changes: { key: Key; value: Row | number | undefined }[]): void {
    if (changes.length === 0) return;
    const written = this.db.batch(() => {
      for (const { key, value } of changes) void (value === undefined ? this.db.remove(key) : this.db.put(key, value));
    });
    const pending: Promise<void> = written.then(
      () => {
        if (this.pending === pending) this.pending = null;
      },
      (error: unknown) => {
        // Memory is ahead of the disk for good: nothing more is accepted.
        this.failure = new Error(`The store can't be written; start the server again when it can: ${String(error)}`);
      },
    );
    this.pending = pending;
  }
}

/** Ids start here, so that none is taken for a count or an index. */
const firstId = 1001;
