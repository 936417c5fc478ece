import { readFileSync } from "node:fs";
import { Agent } from "node:https";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";

export interface Key {
  id: number;
  access_key: string;
  secret_key: string;
}

/** What somebody with a key can do to a bucket, over HTTPS as the local authority's certificate allows. */
export class BucketClient {
  readonly s3: S3Client;

  constructor(
    endpoint: string,
    authority: string,
    key: Pick<Key, "access_key" | "secret_key">,
    readonly bucket: string,
  ) {
    this.s3 = new S3Client({
      endpoint: `https://${endpoint}`,
      region: "auto",
      credentials: { accessKeyId: key.access_key, secretAccessKey: key.secret_key },
      requestHandler: { httpsAgent: new Agent({ ca: readFileSync(authority) }) },
      maxAttempts: 1,
    });
  }

  async put(key: string, content: string): Promise<string | undefined> {
    return (await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: content }))).VersionId;
  }

  async get(key: string, version?: string): Promise<string | undefined> {
    const answer = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key, VersionId: version }));
    return answer.Body?.transformToString();
  }

  async remove(key: string, version?: string): Promise<void> {
    await this.s3.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key, VersionId: version }));
  }

  /** `key version`, with `current`, and `marker` for one that says "deleted". */
  async versions(): Promise<{ key: string; id: string; current: boolean; marker: boolean }[]> {
    const { Versions = [], DeleteMarkers = [] } = await this.s3.send(
      new ListObjectVersionsCommand({ Bucket: this.bucket }),
    );
    return [
      ...Versions.map(({ Key, VersionId, IsLatest }) => ({ Key, VersionId, IsLatest, marker: false })),
      ...DeleteMarkers.map(({ Key, VersionId, IsLatest }) => ({ Key, VersionId, IsLatest, marker: true })),
    ].map(({ Key = "", VersionId = "", IsLatest = false, marker }) => ({
      key: Key,
      id: VersionId,
      current: IsLatest,
      marker,
    }));
  }
}

/** The name of the error that a request ends with; `done` when it is carried out. */
export const refusal = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.name : String(error)),
  );
