/**
 * Makes a bucket of backups keep what is deleted in it, and tries that it does. Run by the program (`components/backupBucket.ts`).
 * Standard input: `GuardRequest` as JSON. Environment: LINODE_TOKEN and LINODE_URL, where the request has no token.
 * Exit: 0 it keeps, 1 it does not, or cannot be told.
 */
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { ListObjectsV2Command, type S3Client } from "@aws-sdk/client-s3";
import type { BucketGuard } from "../../render/bucketGuard";
import { LinodeApi } from "../linodeApi";
import { codeOf, guard, proveGuard, type S3Key, s3Client } from "./bucket";

export interface GuardRequest extends BucketGuard {
  /** `https://…` */
  endpoint: string;
  /** Linode's region. */
  region: string;
  /** The key that servers have: it is what the bucket is guarded against. */
  serverKey: S3Key;
  /** Linode's. @default that of the environment */
  token?: string;
}

/** Linode needs some seconds until a new key is known everywhere. */
const KEY_MS = 90_000;

async function main(): Promise<void> {
  const request = JSON.parse(await text(process.stdin)) as GuardRequest;
  const changed = await withOwnersKey(request, async (key) => {
    const s3 = s3Client(request.endpoint, key);
    await untilKnown(s3, request.bucket);
    return guard(s3, request);
  });
  const server = s3Client(request.endpoint, request.serverKey);
  await untilKnown(server, request.bucket);
  await proveGuard(server, request.bucket);
  const news = changed.length ? `set ${changed.join(", ")}` : "nothing to change";
  console.log(`${request.bucket} keeps for ${request.deletedDays} days what is deleted (tried); ${news}.`);
}

/** A key that may set the bucket's policy exists for this moment only: it stands in no state. */
async function withOwnersKey<T>({ region, token }: GuardRequest, work: (key: S3Key) => Promise<T>): Promise<T> {
  const api = new LinodeApi({ ...process.env, ...(token && { LINODE_TOKEN: token }) });
  const body = { label: `trinode-guard-${Date.now()}`, regions: [region] };
  const made = await api.call<{ id: number; access_key: string; secret_key: string }>(
    "POST",
    "/object-storage/keys",
    body,
  );
  try {
    return await work({ accessKey: made.access_key, secretKey: made.secret_key });
  } finally {
    await api.call("DELETE", `/object-storage/keys/${made.id}`);
  }
}

async function untilKnown(s3: S3Client, Bucket: string): Promise<void> {
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name === "Error" ? "" : `${error.name}: `}${error.message}` : error);
  process.exitCode = 1;
});
