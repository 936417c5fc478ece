import { type Keep, pruneRepository } from "../../../cli/offsite/prune";
import type { Repository } from "../../../cli/offsite/restic";

export interface Plan {
  keep: Keep;
  /** From when on, how many days with a copy each. */
  from: Date;
  days: number;
  /** Pruned after so many days. */
  every: number;
  /** Of each: every so-manieth copy is not read back. */
  failing: number;
}

export interface Copy {
  at: number;
  snapshot: string;
  verified: boolean;
}

const DAY = 86_400_000;

/**
 * Time in which a copy is made every day and the repository is pruned now and then. @returns the copies that the three sentences
 * of the dossier leave
 */
export async function passTime(repository: Repository, plan: Plan): Promise<Copy[]> {
  await repository.run(["init"]);
  let copies: Copy[] = [];
  for (let day = 0; day < plan.days; day++) {
    const at = plan.from.getTime() + day * DAY;
    copies.push(await makeCopy(repository, at, day % plan.failing !== plan.failing - 1));
    if (day % plan.every !== plan.every - 1) continue;
    await pruneRepository(repository, plan.keep, new Date(at + 3_600_000));
    copies = keptOf(copies, new Date(at + 3_600_000), plan.keep);
  }
  return copies;
}

/** Snapshots of copies that the repository has. */
export async function snapshotsIn(repository: Repository): Promise<string[]> {
  const found = JSON.parse(await repository.list()) as { id: string; tags: string[] }[];
  return found
    .filter(({ tags }) => tags.includes("kind:backup"))
    .map(({ id }) => id)
    .sort();
}

/** The same, of copies. */
export const snapshotsOf = (copies: Copy[]): string[] => copies.map(({ snapshot }) => snapshot).sort();

async function makeCopy(repository: Repository, at: number, verified: boolean): Promise<Copy> {
  const time = new Date(at).toISOString().slice(0, 19).replace("T", " ");
  const name = `id:${time.replaceAll(/[-:]/g, "").replace(" ", "T")}Z`;
  const add = async (tags: string) => {
    const words = ["backup", "--json", "--host", "trinode", "--time", time, "--tag", tags, "--stdin"];
    const said = await repository.run([...words, "--stdin-filename", "x"], `${tags} at ${time}`);
    return /"snapshot_id":"([0-9a-f]+)"/.exec(said)![1]!;
  };
  const snapshot = await add(`${name},kind:backup,bytes:1`);
  if (verified) await add(`${name},kind:verified,of:${snapshot}`);
  return { at, snapshot, verified };
}

/**
 * Everything for a while, then one a day, then one a week; by JavaScript's calendar, and written without a look at the script: of days
 * and weeks the last one that was read back. Nothing goes while the newest was not read back.
 */
export function keptOf(copies: Copy[], now: Date, keep: Keep): Copy[] {
  if (!copies.at(-1)?.verified) return copies;
  const all = back(now, keep.all);
  const daily = back(all, keep.daily);
  const weekly = back(daily, keep.weekly);
  const last = (same: (one: Copy) => boolean) => {
    const those = copies.filter(same);
    return those.filter(({ verified }) => verified).at(-1) ?? those.at(-1);
  };
  const day = ({ at }: Copy) => Math.floor(at / DAY);
  // 1 January 1970 was a Thursday; weeks begin on Mondays.
  const week = (copy: Copy) => Math.floor((day(copy) + 3) / 7);
  return copies.filter((copy) => {
    const { at } = copy;
    if (at >= all.getTime() || copy === copies.at(-1)) return true;
    if (at >= daily.getTime()) return last((one) => day(one) === day(copy)) === copy;
    return at >= weekly.getTime() && last((one) => week(one) === week(copy)) === copy;
  });
}

function back(from: Date, period: string): Date {
  const count = Number.parseInt(period);
  const unit = period.slice(-1);
  if (unit === "d" || unit === "w") return new Date(from.getTime() - count * (unit === "w" ? 7 : 1) * DAY);
  const months = count * (unit === "y" ? 12 : 1);
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1));
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  return new Date(first.getTime() + (Math.min(from.getUTCDate(), length) - 1) * DAY + (from.getTime() % DAY));
}
