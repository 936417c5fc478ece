import * as pulumi from "@pulumi/pulumi";
import type { SiteConfig } from "../config";
import type { Offsite as Bucket } from "../render/backupFiles";
import { BackupBucket, type BucketAccess } from "./backupBucket";

/** The bucket off the servers, with the keys of those who use it. */
export interface Offsite {
  /** Of the servers that make copies. */
  adding: pulumi.Output<Bucket>;
  /** Of the server that watches. */
  watching: pulumi.Output<Bucket>;
  /** Of whoever prunes; servers don't have it. */
  pruning?: pulumi.Output<Bucket>;
}

/** The bucket that is configured, or the one of Linode's that is made or found again; undefined: no copies off the servers. */
export function offsiteOf({ site, backups, operators, protect }: SiteConfig, label: string): Offsite | undefined {
  const prefix = backups.offsite?.prefix ?? `${site}/${pulumi.getStack()}`;
  if (backups.offsite) return configured(backups.offsite, prefix);
  if (!backups.linode) return undefined;
  const made = new BackupBucket("copies", { ...backups.linode, label, operatorCidrs: operators.cidrs, protect });
  const inFolder = (access: pulumi.Output<BucketAccess>) => access.apply((found) => ({ ...found, prefix }));
  return { adding: inFolder(made.access), watching: inFolder(made.watching), pruning: inFolder(made.pruning) };
}

/** A bucket of one's own has the keys that the configuration gives it: whoever has none of his own, that of the servers. */
function configured({ watch, prune, ...own }: NonNullable<SiteConfig["backups"]["offsite"]>, prefix: string): Offsite {
  const adding = { ...own, prefix };
  return {
    adding: pulumi.secret(adding),
    watching: pulumi.secret({ ...adding, ...watch }),
    ...(prune && { pruning: pulumi.secret({ ...adding, ...prune }) }),
  };
}
