import type { Cloud } from "../cloud";
import { linodeBusy, must } from "../errors";
import { isOpen } from "../jobs/queue";
import type { Entity, Event, Job, Linode } from "../records";
import { linodeTime } from "../time";

interface ScheduleArgs {
  action: string;
  linode: Linode;
  /** `null`: it has happened already. */
  job: Job | null;
  secondary?: Entity;
  message?: string;
}

/** Accepts work on a Linode, inside of a write; it begins when that write is done. */
export function schedule(cloud: Cloud, { action, linode, job, secondary, message = "" }: ScheduleArgs): Event {
  const now = Date.now();
  const event = cloud.store.put("event", {
    ...eventOf(cloud, action, linodeEntity(linode)),
    secondary: secondary ?? null,
    status: job ? "scheduled" : "finished",
    started: job ? null : now,
    finished: job ? null : now,
    message,
    job,
  });
  if (job) cloud.queue.wake(linode.id);
  return event;
}

/** Tells what has happened, e.g. `firewall_create`, inside of a write. */
export function notify(cloud: Cloud, action: string, entity: Entity | null, secondary: Entity | null = null): void {
  cloud.store.put("event", { ...eventOf(cloud, action, entity), secondary });
}

/** @throws ApiError `Linode busy.` while work is under way. */
export function mustBeIdle({ store }: Cloud, linode: Linode): void {
  if (linode.status === "deleting" || store.list("event", (event) => isOpen(event, linode.id)).length > 0)
    throw linodeBusy();
}

export function linodeEntity({ id, label }: Linode): Entity {
  return { id, type: "linode", label, url: `/v4/linode/instances/${id}` };
}

export function configEntity(config: { id: number; linode: number; label: string }): Entity {
  return {
    id: config.id,
    type: "linode_config",
    label: config.label,
    url: `/v4/linode/instances/${config.linode}/configs/${config.id}`,
  };
}

export function diskEntity(disk: { id: number; linode: number; label: string }): Entity {
  return { id: disk.id, type: "disk", label: disk.label, url: `/v4/linode/instances/${disk.linode}/disks/${disk.id}` };
}

function eventOf({ store }: Cloud, action: string, entity: Entity | null): Event {
  return {
    id: store.nextId(),
    action,
    created: linodeTime(),
    entity,
    secondary: null,
    status: "notification",
    started: null,
    finished: null,
    message: "",
    seen: false,
    read: false,
    job: null,
  };
}

/** Marks this event and all before it as seen. https://techdocs.akamai.com/linode-api/reference/post-event-seen */
export function seen({ store }: Cloud, id: number): Record<string, never> {
  must(store.get("event", id));
  store.write(() => {
    for (const event of store.list("event", (one) => one.id <= id && !one.seen))
      store.update("event", event.id, { seen: true });
  });
  return {};
}
