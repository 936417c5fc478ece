import { backups as backupsSchema } from "../../configBackups";
import { pruneRepository } from "../offsite/prune";
import { findRestic, Repository } from "../offsite/restic";
import { pulumi } from "../pulumi";
import { SiteError } from "./failure";
import type { SiteStack } from "./stack";
import type { Verb } from "./verb";
import type { Offsite } from "../../render/backupFiles";

/** `./site prune` */
export function pruneCommand(verb: Verb): void {
  verb.parent
    .command("prune")
    .description("deletes in the bucket what has had its time by backups.keep, with a key that no server has")
    .action(async () => {
      const pruned = await prune(await verb.stack());
      const lines = Object.entries(pruned).map(([part, count]) => `${part}: ${count} snapshots had had their time`);
      verb.print(pruned, lines.join("\n"));
    });
}

/** @throws SiteError when there is no bucket, or no key for it */
async function prune(stack: SiteStack): Promise<Record<string, number>> {
  const { keep, key } = backupsSchema.parse((await stack.config()).backups ?? {});
  if (key === undefined)
    throw new SiteError("there is no bucket to prune: trinode:backups has no key. Servers prune what they keep.");
  const access = await pruningAccess(stack);
  const restic = await findRestic((line) => process.stderr.write(`${line}\n`));
  const pruned: Record<string, number> = {};
  for (const part of ["database", "files"] as const) {
    process.stderr.write(`pruning the copies of the ${part}\n`);
    pruned[part] = await pruneRepository(new Repository(restic, access, part, key), keep, new Date());
  }
  return pruned;
}

/** The bucket with the key that prunes: an output of the stack, which servers do not see. */
async function pruningAccess(stack: SiteStack): Promise<Offsite> {
  const outputs = JSON.parse(await pulumi(stack, ["stack", "output", "--json", "--show-secrets"])) as {
    offsite?: Offsite;
  };
  if (outputs.offsite) return outputs.offsite;
  throw new SiteError(
    "there is no key to prune with. With a bucket of your own, set trinode:backups.offsite.prune (accessKey, secretKey), a key that servers do not have, then: pulumi up",
  );
}
