import { setTimeout as sleep } from "node:timers/promises";
import {
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { type BucketGuard, bucketPolicy, lifecycleRules } from "../../render/bucketGuard";

export interface S3Key {
  accessKey: string;
  secretKey: string;
}

/** A client for one S3 server. @param endpoint `https://…` */
export function s3Client(endpoint: string, { accessKey, secretKey }: S3Key): S3Client {
  return new S3Client({
    endpoint,
    // Ceph, which Linode runs, takes any.
    region: "us-east-1",
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 4,
  });
}

/** Linode needs some seconds until a new key is known everywhere. */
const KEY_MS = 90_000;

/** Waits until a new key is let into its bucket. @throws what the server says in the end */
export async function untilKnown(s3: S3Client, Bucket: string): Promise<void> {
  for (const end = Date.now() + KEY_MS; ; await sleep(1000)) {
    try {
      await s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 }));
      return;
    } catch (error) {
      const isNew = ["InvalidAccessKeyId", "SignatureDoesNotMatch", "AccessDenied"].includes(codeOf(error));
      if (!isNew || Date.now() > end) throw error;
    }
  }
}

/** Brings what differs to what it has to be. Returns what was changed. @throws Error that says who may change it */
export async function guard(s3: S3Client, wanted: BucketGuard): Promise<string[]> {
  const { bucket: Bucket } = wanted;
  const changed: string[] = [];
  const change = async (what: string, request: () => Promise<unknown>) => {
    await request().catch((error: unknown) => {
      if (codeOf(error) !== "AccessDenied") throw error;
      throw new Error(
        `${Bucket}: its policy does not let this address change its ${what}. Run it from an address that was among ` +
          "operators.cidrs when the policy was last set, and add the new one there.",
      );
    });
    changed.push(what);
  };
  if ((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status !== "Enabled") {
    const VersioningConfiguration = { Status: "Enabled" as const };
    await change("versioning", () => s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration })));
  }
  const Rules = lifecycleRules(wanted);
  if (!isSame(await rulesOf(s3, Bucket), Rules)) {
    const LifecycleConfiguration = { Rules };
    await change("life-cycle rules", () =>
      s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration })),
    );
  }
  const policy = bucketPolicy(wanted);
  if (!isSame(await policyOf(s3, Bucket), policy)) {
    await change("policy", () => s3.send(new PutBucketPolicyCommand({ Bucket, Policy: JSON.stringify(policy) })));
  }
  return changed;
}

/**
 * Tries it: what the key deletes can be got back, and it cannot delete that for good.
 * @throws Error when the bucket does not keep what was deleted
 */
export async function proveGuard(s3: S3Client, Bucket: string): Promise<void> {
  const object = { Bucket, Key: ".trinode-guard" };
  const content = `${Date.now()}`;
  const { VersionId } = await s3.send(new PutObjectCommand({ ...object, Body: content }));
  if (!VersionId) throw new Error(`${Bucket} keeps no versions, although it was told to.`);
  await s3.send(new DeleteObjectCommand(object));
  const refused = await s3.send(new DeleteObjectCommand({ ...object, VersionId })).then(
    () => "nothing",
    (error: unknown) => codeOf(error),
  );
  if (refused !== "AccessDenied")
    throw new Error(`${Bucket}: a version could be deleted (${refused}), although its policy forbids it.`);
  const kept = await s3.send(new GetObjectCommand({ ...object, VersionId }));
  if ((await kept.Body?.transformToString()) !== content)
    throw new Error(`${Bucket}: a deleted object is not what it was.`);
}

export const codeOf = (error: unknown): string => (error instanceof Error ? error.name : String(error));

async function rulesOf(s3: S3Client, Bucket: string): Promise<object | undefined> {
  try {
    return (await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules;
  } catch (error) {
    if (codeOf(error) === "NoSuchLifecycleConfiguration") return undefined;
    throw error;
  }
}

async function policyOf(s3: S3Client, Bucket: string): Promise<object | undefined> {
  try {
    const { Policy } = await s3.send(new GetBucketPolicyCommand({ Bucket }));
    return Policy === undefined ? undefined : (JSON.parse(Policy) as object);
  } catch (error) {
    if (codeOf(error) === "NoSuchBucketPolicy") return undefined;
    throw error;
  }
}

/** Whatever the order of their members. */
const isSame = (have: unknown, want: unknown): boolean => text(have) === text(want);

const text = (value: unknown): string | undefined =>
  JSON.stringify(value, (_, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
