import type { Cloud } from "../cloud";
import { schedule } from "../models/events";
import type { Linode } from "../records";
import { linodeTime } from "../time";
import { clearCopies } from "./backups";
import { isOpen } from "./queue";

/** Lassie, Linode's watchdog, boots a machine so often, then leaves it off. https://techdocs.akamai.com/cloud-computing/docs/recover-from-unexpected-shutdowns-with-lassie */
const lassieTimes = 5;
const lassieWithinMs = 15 * 60_000;
const keepEventsMs = 90 * 24 * 3600_000;

/**
 * After a start: makes the hosts and the store agree. Work that was cut off goes on; hosts that no Linode has are removed;
 * a Linode whose host stopped meanwhile is treated as if it had stopped just now; firewalls and names are set again.
 */
export async function recover(cloud: Cloud): Promise<void> {
  const { store, driver, hosts, queue } = cloud;
  forgetOldEvents(cloud);
  const states = new Map((await driver.list()).map((host) => [host.id, host.running]));
  for (const id of states.keys()) if (!store.get("linode", id)) await driver.remove(id);
  // Nobody takes up automatic copies that were cut off.
  const cut = store.list("backup", ({ type, status }) => type === "auto" && status !== "successful");
  store.write(() => cut.forEach(({ id }) => store.remove("backup", id)));
  await clearCopies(cloud);
  await hosts.applyNames();
  for (const linode of store.list("linode")) {
    if (states.get(linode.id)) await hosts.applyFirewall(linode.id);
    if (store.list("event", (event) => isOpen(event, linode.id)).length > 0) queue.wake(linode.id);
    else await agree(cloud, linode, states.get(linode.id) === true);
  }
}

/** A host stopped by itself: Lassie boots it again, unless she is off or has tried too often. */
export function exited(cloud: Cloud, id: number): void {
  const { store } = cloud;
  const linode = store.get("linode", id);
  if (!linode || linode.status !== "running") return;
  const recent = linode.lassie.filter((at) => at > Date.now() - lassieWithinMs);
  store.write(() => {
    if (linode.watchdog_enabled && recent.length < lassieTimes) {
      store.update("linode", id, { lassie: [...recent, Date.now()], status: "booting", updated: linodeTime() });
      schedule(cloud, { action: "lassie_reboot", linode, job: { kind: "boot", config: null, status: "booting" } });
    } else {
      store.update("linode", id, { status: "offline", updated: linodeTime() });
      schedule(cloud, { action: "linode_shutdown", linode, job: null, message: "The machine stopped by itself." });
    }
  });
}

/** Status and host, once there is no work under way. */
export async function agree(cloud: Cloud, linode: Linode, running: boolean): Promise<void> {
  if (linode.status === "running" && !running) exited(cloud, linode.id);
  else if (linode.status !== "running" && running) await cloud.driver.shutdown(linode.id);
}

function forgetOldEvents({ store }: Cloud): void {
  const oldest = linodeTime(Date.now() - keepEventsMs);
  store.write(() => {
    for (const event of store.list("event", (one) => one.created < oldest && !isOpen(one)))
      store.remove("event", event.id);
  });
}
