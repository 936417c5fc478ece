import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { LinodeApi } from "../linodeApi";
import { s3Client } from "../offsite/bucket";
import { SiteError } from "../site/failure";

export interface TeamStateArgs {
  bucket: string;
  /** Linode's region. */
  region: string;
  /** Gets the address and the key; must not be there yet, as it may hold a key. */
  file: string;
  /** With LINODE_TOKEN. */
  env: NodeJS.ProcessEnv;
}

/**
 * A bucket that keeps versions, so that a state that was written badly can be had back, and a key that is limited to it.
 * @throws SiteError when the file is there
 */
export async function makeTeamState({ bucket, region, file, env }: TeamStateArgs): Promise<{ backend: string }> {
  if (existsSync(file))
    throw new SiteError(`${file} is there already, with a key. Use it, or name another with --file.`);
  const api = new LinodeApi(env);
  const { s3_endpoint } = await api.call<{ s3_endpoint: string }>("POST", "/object-storage/buckets", {
    label: bucket,
    region,
  });
  const bucket_access = [{ bucket_name: bucket, region, permissions: "read_write" }];
  const key = await api.call<{ access_key: string; secret_key: string }>("POST", "/object-storage/keys", {
    label: `${bucket.slice(0, 40)}-state`,
    bucket_access,
  });
  const backend = `s3://${bucket}?endpoint=https://${s3_endpoint}&region=us-east-1&s3ForcePathStyle=true`;
  write(file, {
    PULUMI_BACKEND_URL: backend,
    AWS_ACCESS_KEY_ID: key.access_key,
    AWS_SECRET_ACCESS_KEY: key.secret_key,
  });
  const s3 = s3Client(`https://${s3_endpoint}`, { accessKey: key.access_key, secretKey: key.secret_key });
  const VersioningConfiguration = { Status: "Enabled" as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  return { backend };
}

function write(file: string, values: Record<string, string>): void {
  const lines = Object.entries(values).map(([name, value]) => `export ${name}='${value}'`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${lines.join("\n")}\n`, { mode: 0o600 });
  chmodSync(`${file}.part`, 0o600);
  renameSync(`${file}.part`, file);
}
