import type { HostDriver } from "../hosts/driver";
import { Faults } from "./control/faults";
import { Hosts } from "./jobs/hosts";
import { Queue } from "./jobs/queue";
import { RateLimits } from "./limits";
import { Stats } from "./jobs/stats";
import { agree, exited } from "./jobs/recovery";
import type { Store } from "./store";

/** One local Linode: what the models work on. */
export interface Cloud {
  store: Store;
  driver: HostDriver;
  /** Keeps what hosts have (firewall, names) as the store says. */
  hosts: Hosts;
  /** Does the work of events. */
  queue: Queue;
  /** What hosts use. */
  stats: Stats;
  /** Errors provoked on purpose. */
  faults: Faults;
  /** Counts what every operation was asked. */
  rateLimits: RateLimits;
  /** Every piece of work takes at least so long. */
  paceMs: number;
  /** The account's only user. */
  username: string;
}

type AssembleArgs = Pick<Cloud, "store" | "driver" | "username" | "paceMs">;

/** Ties the parts together. A host that stops by itself while work on it is under way is looked at when that is done. */
export function assemble({ store, driver, username, paceMs }: AssembleArgs): Cloud {
  const stopped = new Set<number>();
  const queue = new Queue(
    () => cloud,
    async (id) => {
      const linode = store.get("linode", id);
      if (!stopped.delete(id) || !linode) return;
      const running = (await driver.list()).some((host) => host.id === id && host.running);
      await agree(cloud, linode, running);
    },
  );
  driver.onExit((id) => {
    if (queue.isBusy(id)) stopped.add(id);
    else exited(cloud, id);
  });
  const cloud: Cloud = {
    store,
    driver,
    hosts: new Hosts(store, driver),
    queue,
    stats: new Stats(store, driver),
    faults: new Faults(),
    rateLimits: new RateLimits(),
    username,
    paceMs,
  };
  return cloud;
}
