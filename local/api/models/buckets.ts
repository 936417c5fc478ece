import { BucketNotEmpty } from "../../hosts/objects/store";
import type { Cloud } from "../cloud";
import { ApiError, invalid, must } from "../errors";
import type { Bucket, Entity } from "../records";
import type { BucketAccessBody, CreateBucket } from "../schemas/objectStorage";
import { linodeTime } from "../time";
import { notify } from "./events";
import { keysOf } from "./objectKeys";
import { canonicalId, change, clusterOf, endpointOf, mustHaveEndpoint, regionNotFound } from "./objectStorage";

/** @param region or cluster. @throws ApiError 404 */
export function find({ store }: Cloud, region: string, label: string): Bucket {
  const endpoint = endpointOf(region);
  if (!endpoint) throw new ApiError(404, [{ reason: regionNotFound }]);
  const bucket = must(store.get("bucket", label));
  if (bucket.region !== endpoint.region) must(undefined);
  return bucket;
}

/**
 * Of the account's own bucket with this name, the former answer again, as S3 does.
 * https://techdocs.akamai.com/linode-api/reference/post-object-storage-bucket
 */
export async function create(cloud: Cloud, body: CreateBucket): Promise<Bucket> {
  const place = body.region ?? body.cluster;
  if (!place) throw invalid("region is required", "region");
  const endpoint = mustHaveEndpoint(place, body.endpoint_type);
  return change(async () => {
    const former = cloud.store.get("bucket", body.label);
    if (former && former.region !== endpoint.region) throw invalid("Bucket name is already in use.", "label");
    if (former) return former;
    const made: Bucket = {
      id: body.label,
      region: endpoint.region,
      cluster: clusterOf(endpoint),
      endpoint_type: endpoint.endpoint_type,
      acl: body.acl ?? "private",
      cors_enabled: body.cors_enabled ?? true,
      created: linodeTime(),
    };
    await putKeys(cloud);
    await cloud.driver.objects.putBucket(made.id, { acl: made.acl, cors: made.cors_enabled });
    return cloud.store.write(() => {
      notify(cloud, "obj_bucket_create", bucketEntity(made));
      return cloud.store.put("bucket", made);
    });
  });
}

/** https://techdocs.akamai.com/linode-api/reference/put-storage-bucket-access */
export async function setAccess(cloud: Cloud, bucket: Bucket, body: BucketAccessBody): Promise<void> {
  const acl = body.acl ?? bucket.acl;
  const cors = body.cors_enabled ?? bucket.cors_enabled;
  await change(async () => {
    await cloud.driver.objects.putBucket(bucket.id, { acl, cors });
    cloud.store.write(() => cloud.store.update("bucket", bucket.id, { acl, cors_enabled: cors }));
  });
}

/** https://techdocs.akamai.com/linode-api/reference/delete-object-storage-bucket */
export async function remove(cloud: Cloud, bucket: Bucket): Promise<void> {
  await change(async () => {
    try {
      await cloud.driver.objects.removeBucket(bucket.id);
    } catch (error) {
      // Linode's own words are not on record.
      if (error instanceof BucketNotEmpty)
        throw invalid("Bucket is not empty. Delete its objects and their versions first.");
      throw error;
    }
    cloud.store.write(() => {
      cloud.store.remove("bucket", bucket.id);
      notify(cloud, "obj_bucket_delete", bucketEntity(bucket));
    });
  });
}

/** Who owns buckets has to be known before the first one is made. */
async function putKeys(cloud: Cloud): Promise<void> {
  await cloud.driver.objects.setKeys(canonicalId(cloud), keysOf(cloud));
}

const bucketEntity = ({ id, region }: Bucket): Entity => ({
  id,
  type: "bucket",
  label: id,
  url: `/v4/object-storage/buckets/${region}/${id}`,
});
