import { run } from "../run";
import type { Repository } from "./restic";

/** How long all, one a day, one a week are kept: `backups.keep`. */
export interface Keep {
  all: string;
  daily: string;
  weekly: string;
}

/**
 * Takes out of a repository what has had its time, by the very rules that servers keep theirs by, and then what nothing refers to any
 * more, whoever left it. It can be cut off anywhere, and run again. @returns how many snapshots went
 */
export async function pruneRepository(repository: Repository, keep: Keep, now: Date): Promise<number> {
  // What a killed run has left here; locks of living ones stay.
  await repository.run(["unlock"]);
  const gone = await outlived(await repository.list(), keep, now);
  if (gone.length > 0) await repository.run(["forget", ...gone]);
  await repository.run(["prune"]);
  return gone.length;
}

async function outlived(snapshots: string, { all, daily, weekly }: Keep, now: Date): Promise<string[]> {
  const time = now.toISOString().replace(/\.\d+/, "");
  const words = ["-I", "scripts/python/backup_keep.py", "snapshots", time, all, daily, weekly];
  return (await run("python3", words, { input: snapshots })).split("\n").filter(Boolean);
}
