import { chmodSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { PutBucketVersioningCommand } from "@aws-sdk/client-s3";
import { LinodeApi } from "../linodeApi";
import { s3Client, untilKnown } from "../offsite/bucket";
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

interface Key {
  id: number;
  access_key: string;
  secret_key: string;
}

/**
 * A bucket that keeps versions, so that a state that was written badly can be had back, and a key that is limited to it. Where that
 * fails, no key is left, and it can be done again.
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
  const label = `${bucket.slice(0, 40)}-state`;
  const key = await api.call<Key>("POST", "/object-storage/keys", { label, bucket_access });
  const backend = `s3://${bucket}?endpoint=https://${s3_endpoint}&region=us-east-1&s3ForcePathStyle=true`;
  try {
    await keepVersions(`https://${s3_endpoint}`, key, bucket);
    write(file, {
      PULUMI_BACKEND_URL: backend,
      AWS_ACCESS_KEY_ID: key.access_key,
      AWS_SECRET_ACCESS_KEY: key.secret_key,
    });
  } catch (error) {
    await api.call("DELETE", `/object-storage/keys/${key.id}`).catch(() => undefined);
    throw error;
  }
  return { backend };
}

async function keepVersions(endpoint: string, { access_key, secret_key }: Key, Bucket: string): Promise<void> {
  const s3 = s3Client(endpoint, { accessKey: access_key, secretKey: secret_key });
  await untilKnown(s3, Bucket);
  const VersioningConfiguration = { Status: "Enabled" as const };
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration }));
}

function write(file: string, values: Record<string, string>): void {
  const lines = Object.entries(values).map(([name, value]) => `export ${name}='${value}'`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${lines.join("\n")}\n`, { mode: 0o600 });
  chmodSync(`${file}.part`, 0o600);
  renameSync(`${file}.part`, file);
}
