import * as command from "@pulumi/command";
import * as linode from "@pulumi/linode";
import * as pulumi from "@pulumi/pulumi";
import type { Offsite } from "../render/backupFiles";

export interface BackupBucketArgs {
  /** The bucket's name. One of the account's that exists is taken as it is, with what it holds. */
  bucket: string;
  /** Linode's region; another one than the servers' outlives a fire there. */
  region: string;
  /** Labels of the keys begin with it, at most 40 characters. */
  label: string;
  /** Days after which what was deleted or overwritten is really gone. */
  deletedDays: number;
  /** From where the bucket's settings may be changed. */
  operatorCidrs: string[];
  /** Whether `pulumi destroy` refuses; the bucket stays in any case. */
  protect: boolean;
}

/** How copies off the servers are reached; the folder in the bucket is the stack's choice. */
export type BucketAccess = Omit<Offsite, "prefix">;

/**
 * A bucket that outlives the stack, in which nothing can be deleted for good: what the servers' key deletes stays as a version
 * until it expires. Pruning has a key of its own, which servers never get.
 */
export class BackupBucket extends pulumi.ComponentResource {
  /** With the servers' key, once the bucket is guarded. */
  readonly access: pulumi.Output<BucketAccess>;
  /** With the key that pruning uses, from an operator's computer. */
  readonly pruning: pulumi.Output<BucketAccess>;
  /** With a key that only reads, for the server that watches. */
  readonly watching: pulumi.Output<BucketAccess>;

  constructor(
    name: string,
    private readonly args: BackupBucketArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("trinode:index:BackupBucket", name, {}, opts);
    const bucket = this.makeBucket(`${name}-bucket`);
    const server = this.makeKey(`${name}-server-key`, bucket, "servers");
    const pruner = this.makeKey(`${name}-pruning-key`, bucket, "pruning");
    const watcher = this.makeKey(`${name}-watching-key`, bucket, "watching", "read_only");
    const guarded = this.guard(`${name}-guard`, bucket, server);
    this.access = accessOf(bucket, server, guarded);
    this.pruning = accessOf(bucket, pruner, guarded);
    this.watching = accessOf(bucket, watcher, guarded);
    this.registerOutputs({ access: this.access });
  }

  /** Linode answers a request for a bucket that the account has with that bucket: so it is adopted. */
  private makeBucket(name: string): linode.ObjectStorageBucket {
    const { bucket: label, region, protect } = this.args;
    return new linode.ObjectStorageBucket(name, { label, region }, { parent: this, protect, retainOnDelete: true });
  }

  private makeKey(
    name: string,
    { label: bucketName }: linode.ObjectStorageBucket,
    purpose: string,
    permissions = "read_write",
  ) {
    const { label, region } = this.args;
    const bucketAccesses = [{ bucketName, region, permissions }];
    return new linode.ObjectStorageKey(name, { label: `${label}-${purpose}`, bucketAccesses }, { parent: this });
  }

  private guard(name: string, bucket: linode.ObjectStorageBucket, key: linode.ObjectStorageKey): command.local.Command {
    const { region, deletedDays, operatorCidrs } = this.args;
    const request = {
      ...{ region, deletedDays, operatorCidrs, bucket: bucket.label, endpoint: endpointOf(bucket) },
      serverKey: { accessKey: key.accessKey, secretKey: key.secretKey },
      token: new pulumi.Config("linode").getSecret("token"),
    };
    const create = "node --import tsx cli/offsite/guard.ts";
    const environment = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
    return new command.local.Command(
      name,
      { create, update: create, environment, stdin: pulumi.secret(pulumi.output(request).apply(JSON.stringify)) },
      { parent: this },
    );
  }
}

const endpointOf = ({ s3Endpoint }: linode.ObjectStorageBucket) => pulumi.interpolate`https://${s3Endpoint}`;

function accessOf(bucket: linode.ObjectStorageBucket, key: linode.ObjectStorageKey, guarded: pulumi.Resource) {
  const known = pulumi.all([
    bucket.label,
    endpointOf(bucket),
    key.accessKey,
    key.secretKey,
    pulumi.output(guarded).urn,
  ]);
  return pulumi.secret(
    known.apply(([name, endpoint, accessKey, secretKey]) => ({
      ...{ bucket: name, endpoint, accessKey, secretKey },
      // What requests are signed for; Linode takes any.
      region: "us-east-1",
    })),
  );
}
