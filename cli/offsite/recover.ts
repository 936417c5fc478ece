import { CopyObjectCommand, ListObjectVersionsCommand, type S3Client } from "@aws-sdk/client-s3";

interface Version {
  key: string;
  id: string;
  made: Date;
  current: boolean;
  /** Of the content; undefined for a mark that says that the object was deleted. */
  etag: string | undefined;
}

/**
 * Brings back what was in a bucket's folder at a time: what was deleted or overwritten since. Nothing is deleted: what came after
 * that time stays. A second run brings back nothing. Returns the keys that were brought back.
 */
export async function recoverDeleted(s3: S3Client, bucket: string, folder: string, at: Date): Promise<string[]> {
  const byKey = new Map<string, Version[]>();
  for (const version of await versionsOf(s3, bucket, folder)) {
    byKey.set(version.key, [...(byKey.get(version.key) ?? []), version]);
  }
  const back: string[] = [];
  for (const [key, versions] of byKey) {
    const then = wanted(versions, at);
    const isThere = versions.some(({ current, etag }) => current && etag === then?.etag);
    if (!then?.etag || isThere) continue;
    const CopySource = `${bucket}/${key.split("/").map(encodeURIComponent).join("/")}?versionId=${then.id}`;
    await s3.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource }));
    back.push(key);
  }
  return back.sort();
}

/** What was current then: the newest one that there was. */
function wanted(versions: Version[], at: Date): Version | undefined {
  return versions.filter(({ made }) => made <= at).sort((one, other) => Number(other.made) - Number(one.made))[0];
}

async function versionsOf(s3: S3Client, Bucket: string, Prefix: string): Promise<Version[]> {
  const found: Version[] = [];
  let marker: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (marker) {
    const page: Awaited<ReturnType<typeof list>> = await list(s3, { Bucket, Prefix, ...marker });
    const { Versions = [], DeleteMarkers = [] } = page;
    for (const { Key, VersionId, LastModified, IsLatest, ETag } of Versions)
      found.push(versionOf(Key, VersionId, LastModified, IsLatest, ETag ?? ""));
    for (const { Key, VersionId, LastModified, IsLatest } of DeleteMarkers)
      found.push(versionOf(Key, VersionId, LastModified, IsLatest));
    marker = page.IsTruncated
      ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
      : undefined;
  }
  return found;
}

const list = (s3: S3Client, input: ConstructorParameters<typeof ListObjectVersionsCommand>[0]) =>
  s3.send(new ListObjectVersionsCommand(input));

const versionOf = (key = "", id = "", made = new Date(0), current = false, etag?: string): Version => ({
  ...{ key, id, made, current, etag },
});
