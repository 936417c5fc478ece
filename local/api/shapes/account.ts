import type { Event, SshKey } from "../records";

/** Views of what has ended: those events never change, and lists of them are asked for all the time. */
const ended = new WeakMap<Event, ReturnType<typeof view>>();

export function event(username: string, row: Event) {
  const known = ended.get(row);
  if (known) return known;
  const made = view(username, row);
  if (row.status !== "scheduled" && row.status !== "started") ended.set(row, made);
  return made;
}

function view(username: string, row: Event) {
  const { id, created, seen, read, action, entity, status, secondary, message } = row;
  const end = row.finished ?? Date.now();
  const finished = status === "finished" || status === "failed";
  return {
    id,
    created,
    seen,
    read,
    percent_complete: percent(row),
    time_remaining: finished ? 0 : null,
    rate: null,
    duration: row.started === null ? null : (end - row.started) / 1000,
    action,
    username,
    entity: entity && { label: entity.label, id: entity.id, type: entity.type, url: entity.url },
    status,
    secondary_entity: secondary && {
      id: secondary.id,
      type: secondary.type,
      label: secondary.label,
      url: secondary.url,
    },
    message,
  };
}

/** A guess while work is under way: half after ten seconds, never 100 before its end. */
function percent({ status, started }: Event): number | null {
  if (status === "notification") return null;
  if (status === "scheduled" || started === null) return 0;
  if (status !== "started") return 100;
  const seconds = (Date.now() - started) / 1000;
  return Math.min(99, Math.floor((100 * seconds) / (seconds + 10)));
}

export function sshkey({ id, label, ssh_key, created }: SshKey) {
  return { id, label, ssh_key, created };
}
