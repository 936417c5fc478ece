import type { HostDriver } from "../hosts/driver";
import type { Faults } from "./control/faults";
import type { Hosts } from "./jobs/hosts";
import type { Queue } from "./jobs/queue";
import type { Store } from "./store";

/** One local Linode: what the models work on. */
export interface Cloud {
  store: Store;
  driver: HostDriver;
  /** Keeps what hosts have (firewall, names) as the store says. */
  hosts: Hosts;
  /** Does the work of events. */
  queue: Queue;
  /** Errors provoked on purpose. */
  faults: Faults;
  /** The account's only user. */
  username: string;
}
