import { randomBytes, randomInt } from "node:crypto";
import type { AccessKey } from "../../hosts/objects/store";
import type { Cloud } from "../cloud";
import { ApiError, invalid } from "../errors";
import type { Entity, KeyBucket, ObjectKey } from "../records";
import type { CreateObjectKey, UpdateObjectKey } from "../schemas/objectStorage";
import { Checks } from "./checks";
import { notify } from "./events";
import { canonicalId, change, endpointOf, mustHaveEndpoint, regionNotFound } from "./objectStorage";

/** Recorded 2026 as the account's quota. */
const MOST_KEYS = 100;

/** @throws ApiError 404 with Linode's words */
export function find({ store }: Cloud, id: number): ObjectKey {
  const key = store.get("objectKey", id);
  if (!key) throw new ApiError(404, [{ reason: "The specified access key was not found." }]);
  return key;
}

/** https://techdocs.akamai.com/linode-api/reference/post-object-storage-keys */
export async function create(cloud: Cloud, body: CreateObjectKey): Promise<ObjectKey> {
  const buckets = body.bucket_access?.map((one, index) => grantOf(cloud, one, index)) ?? null;
  const regions = regionsOf(body.regions, buckets);
  const checks = new Checks();
  for (const region of regions) checks.that(endpointOf(region) !== undefined, regionNotFound, "regions");
  checks.done();
  return change(async () => {
    if (cloud.store.list("objectKey").length >= MOST_KEYS)
      throw invalid(`An account can have at most ${MOST_KEYS} access keys.`);
    const made = { label: body.label ?? "", access_key: accessKey(), secret_key: secretKey(), buckets, regions };
    const others = keysOf(cloud);
    await cloud.driver.objects.setKeys(canonicalId(cloud), [...others, forServer(made)]);
    return cloud.store.write(() => {
      const key = cloud.store.put("objectKey", { id: cloud.store.nextId(), ...made });
      notify(cloud, "obj_access_key_create", keyEntity(key));
      return key;
    });
  });
}

/** https://techdocs.akamai.com/linode-api/reference/put-object-storage-key */
export function update(cloud: Cloud, id: number, body: UpdateObjectKey): ObjectKey {
  const key = find(cloud, id);
  const regions = body.regions ?? key.regions;
  for (const region of regions) mustHaveEndpoint(region);
  return cloud.store.write(() => {
    const changed = cloud.store.update("objectKey", id, { label: body.label ?? key.label, regions });
    notify(cloud, "obj_access_key_update", keyEntity(changed));
    return changed;
  });
}

/** https://techdocs.akamai.com/linode-api/reference/delete-object-storage-key */
export async function remove(cloud: Cloud, id: number): Promise<void> {
  await change(async () => {
    const key = find(cloud, id);
    await cloud.driver.objects.setKeys(canonicalId(cloud), keysOf(cloud, id));
    cloud.store.write(() => {
      cloud.store.remove("objectKey", id);
      notify(cloud, "obj_access_key_delete", keyEntity(key));
    });
  });
}

/** All of the account's keys, as the S3 server takes them. */
export const keysOf = ({ store }: Cloud, except?: number): AccessKey[] =>
  store.list("objectKey", ({ id }) => id !== except).map(forServer);

const forServer = ({ access_key, secret_key, buckets }: Omit<ObjectKey, "id">): AccessKey => ({
  access: access_key,
  secret: secret_key,
  limited: buckets !== null,
  buckets: (buckets ?? []).map(({ bucket_name, permissions }) => ({ name: bucket_name, permissions })),
});

function grantOf(
  { store }: Cloud,
  one: NonNullable<CreateObjectKey["bucket_access"]>[number],
  index: number,
): KeyBucket {
  const field = `bucket_access[${index}]`;
  const place = one.region ?? one.cluster;
  if (!place) throw invalid("region is required", `${field}.region`);
  const endpoint = endpointOf(place);
  if (!endpoint) throw invalid(regionNotFound, `${field}.region`);
  const bucket = store.get("bucket", one.bucket_name);
  if (bucket?.region !== endpoint.region) throw invalid("Bucket not found.", `${field}.bucket_name`);
  return {
    bucket_name: one.bucket_name,
    permissions: one.permissions,
    region: endpoint.region,
    cluster: one.cluster ?? "",
  };
}

/** Those asked for, or those of the buckets, or for a key without limits all that there are: an empty list. */
function regionsOf(wanted: string[] | null | undefined, buckets: KeyBucket[] | null): string[] {
  return [...new Set(wanted ?? buckets?.map(({ region }) => region) ?? [])];
}

/** Twenty and forty characters, as Linode's. */
const accessKey = (): string =>
  Array.from({ length: 20 }, () => "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"[randomInt(36)]).join("");
const secretKey = (): string =>
  randomBytes(64)
    .toString("base64")
    .replace(/[^a-zA-Z0-9]/g, "")
    .slice(0, 40);

const keyEntity = ({ id, label }: ObjectKey): Entity => ({
  id,
  type: "access_key",
  label,
  url: `/v4/object-storage/keys/${id}`,
});
