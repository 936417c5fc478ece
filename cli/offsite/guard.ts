/**
 * Makes a bucket of backups keep what is deleted in it, and tries that it does. Run by the program (`components/backupBucket.ts`).
 * Standard input: `GuardRequest` as JSON. Environment: LINODE_TOKEN and LINODE_URL, where the request has no token.
 * Exit: 0 it keeps, 1 it does not, or cannot be told.
 */
import { text } from "node:stream/consumers";
import type { BucketGuard } from "../../render/bucketGuard";
import { guard, proveGuard, type S3Key, s3Client, untilKnown } from "./bucket";
import { withOwnersKey } from "./ownersKey";

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

async function main(): Promise<void> {
  const request = JSON.parse(await text(process.stdin)) as GuardRequest;
  const { region, token } = request;
  const env = { ...process.env, ...(token && { LINODE_TOKEN: token }) };
  const changed = await withOwnersKey(env, region, async (key) => {
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

main().catch((error: unknown) => {
  console.error(error instanceof Error ? `${error.name === "Error" ? "" : `${error.name}: `}${error.message}` : error);
  process.exitCode = 1;
});
