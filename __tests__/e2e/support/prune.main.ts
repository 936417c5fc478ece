/** Prunes one repository, in a process of its own that can be killed. Standard input: {access, key, keep, now} as JSON. */
import { text } from "node:stream/consumers";
import { type Keep, pruneRepository } from "../../../cli/offsite/prune";
import { findRestic, Repository } from "../../../cli/offsite/restic";
import type { Offsite } from "../../../render/backupFiles";

interface Request {
  access: Offsite;
  key: string;
  keep: Keep;
  now: string;
}

async function main(): Promise<void> {
  const { access, key, keep, now } = JSON.parse(await text(process.stdin)) as Request;
  await pruneRepository(new Repository(await findRestic(console.error), access, "database", key), keep, new Date(now));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
