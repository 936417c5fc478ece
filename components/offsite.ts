import * as pulumi from "@pulumi/pulumi";
import type { SiteConfig } from "../config";
import type { Offsite as Bucket } from "../render/backupFiles";
import { BackupBucket, type BucketAccess } from "./backupBucket";

/** The bucket off the servers, with the key that servers have and, where the program made the bucket, the one that prunes. */
export interface Offsite {
  adding: pulumi.Output<Bucket>;
  pruning?: pulumi.Output<Bucket>;
}

/** The bucket that is configured, or the one of Linode's that is made or found again; undefined: no copies off the servers. */
export function offsiteOf({ site, backups, operators, protect }: SiteConfig, label: string): Offsite | undefined {
  const prefix = backups.offsite?.prefix ?? `${site}/${pulumi.getStack()}`;
  if (backups.offsite) return { adding: pulumi.secret({ ...backups.offsite, prefix }) };
  if (!backups.linode) return undefined;
  const made = new BackupBucket("copies", { ...backups.linode, label, operatorCidrs: operators.cidrs, protect });
  const inFolder = (access: pulumi.Output<BucketAccess>) => access.apply((found) => ({ ...found, prefix }));
  return { adding: inFolder(made.access), pruning: inFolder(made.pruning) };
}
