import type { Cloud } from "../cloud";
import type { Event } from "../records";
import { work } from "./work";

/**
 * Does the work that events stand for: per Linode one after the other, in the order they were accepted. State is in the
 * store alone, so a server that was killed goes on where it was: work that had begun is done again from its beginning.
 */
export class Queue {
  private readonly busy = new Map<number, Promise<void>>();
  private readonly ender = new AbortController();

  /** Told when nothing more is to be begun. */
  readonly ending = this.ender.signal;

  /** @param idle called when a Linode has no work left */
  constructor(
    private readonly cloud: () => Cloud,
    private readonly idle: (linode: number) => Promise<void>,
  ) {}

  /** Does what is scheduled for this Linode, now if nothing is under way. */
  wake(linode: number): void {
    if (this.ending.aborted || this.busy.has(linode)) return;
    const done = this.drain(linode).finally(() => {
      this.busy.delete(linode);
      // Scheduled while the last one was ending.
      if (!this.ending.aborted && next(this.cloud(), linode)) this.wake(linode);
    });
    this.busy.set(linode, done);
  }

  /** Work on this Linode is under way. */
  isBusy(linode: number): boolean {
    return this.busy.has(linode);
  }

  /** Everything that was scheduled has been done. */
  async settled(): Promise<void> {
    while (this.busy.size > 0) await Promise.all(this.busy.values());
  }

  /** Begins and records nothing more; the next start takes it up. */
  stop(): void {
    this.ender.abort();
  }

  private async drain(linode: number): Promise<void> {
    // Scheduling happens inside of a transaction: begin when it is over.
    await Promise.resolve();
    for (let event = next(this.cloud(), linode); event && !this.ending.aborted; event = next(this.cloud(), linode)) {
      await this.perform(linode, event);
    }
    if (!this.ending.aborted) await this.idle(linode);
  }

  private async perform(id: number, { id: eventId, job }: Event): Promise<void> {
    const { store } = this.cloud();
    store.write(() => store.update("event", eventId, { status: "started", started: Date.now() }));
    try {
      const linode = store.get("linode", id);
      if (!job || !linode) throw new Error("The Linode is gone.");
      const finish = await work(this.cloud(), linode, job);
      if (this.ending.aborted) return;
      store.write(() => {
        finish();
        this.end(eventId, "finished");
      });
    } catch (error) {
      if (!this.ending.aborted) await this.fail(id, eventId, error instanceof Error ? error.message : String(error));
    }
  }

  /** What was to come after a failure does not come either; the status becomes what is true of the host. */
  private async fail(id: number, eventId: number, message: string): Promise<void> {
    const { store, driver } = this.cloud();
    const running = await driver.list().then(
      (hosts) => hosts.some((host) => host.id === id && host.running),
      () => false,
    );
    store.write(() => {
      this.end(eventId, "failed", message);
      for (const later of store.list("event", (event) => isOpen(event, id) && event.job?.kind !== "delete")) {
        this.end(later.id, "failed", `Not begun, as what came before it failed: ${message}`);
      }
      if (store.get("linode", id)) store.update("linode", id, { status: running ? "running" : "offline" });
    });
  }

  private end(id: number, status: "finished" | "failed", message = ""): void {
    const { store } = this.cloud();
    const job = store.get("event", id)?.job;
    if (status === "failed" && job?.kind === "linode_snapshot" && store.get("backup", job.backup))
      store.update("backup", job.backup, { status });
    store.update("event", id, { status, message, finished: Date.now(), job: null });
  }
}

/** Accepted, and neither finished nor failed. */
export function isOpen(event: Event, linode?: number): boolean {
  const open = event.status === "scheduled" || event.status === "started";
  return open && (linode === undefined || (event.entity?.type === "linode" && event.entity.id === linode));
}

const next = ({ store }: Cloud, linode: number): Event | undefined =>
  store.list("event", (event) => isOpen(event, linode))[0];
