/**
 * `linode.ObjectStorageBucket`. Source: terraform-provider-linode 3.1.1, linode/objbucket. What the official one does over S3
 * (`versioning`, `lifecycleRules`) and `cert` are refused by name.
 */
import type { CheckFailure, Properties } from "../base";
import { bridged, HalfMade } from "../base/bridge/bridged";
import { computed, either, optional, required } from "../base/bridge/schema";
import { isNotFound, LinodeClient } from "./client";
import type { Linode } from "./config";

interface BucketShape {
  hostname: string;
  label: string;
  region: string;
  cluster: string;
  endpoint_type: string;
  s3_endpoint?: string;
}

interface AccessShape {
  acl: string;
  cors_enabled: boolean;
}

const REFUSED = ["versioning", "lifecycleRules", "cert"];

export const objectStorageBucket = bridged<Linode>({
  token: "linode:index/objectStorageBucket:ObjectStorageBucket",
  flavour: "sdk",
  fields: {
    accessKey: optional("string"),
    acl: optional("string", { default: "private" }),
    cert: optional("object"),
    cluster: either("string", { replace: true }),
    corsEnabled: either("boolean"),
    endpoint: computed("string"),
    endpointType: either("string", { replace: true }),
    hostname: computed("string"),
    label: required("string", { replace: true }),
    lifecycleRules: optional("list", { items: optional("object", { fields: {} }) }),
    region: either("string", { replace: true }),
    s3Endpoint: either("string", { replace: true }),
    secretKey: optional("string", { secret: true }),
    versioning: either("boolean"),
  },
  validate: (inputs) => [...placeFailures(inputs), ...refusals(inputs)],
  async create(want, plan, { client: { client } }) {
    const { label, region, cluster, acl, corsEnabled, s3Endpoint, endpointType } = want;
    const body = {
      ...(region ? { region } : {}),
      ...(cluster ? { cluster } : {}),
      label,
      acl,
      ...(corsEnabled === true ? { cors_enabled: true } : {}),
      ...(s3Endpoint ? { s3_endpoint: s3Endpoint } : {}),
      ...(endpointType ? { endpoint_type: endpointType } : {}),
    };
    const made = await client.post<BucketShape>("sdk", "/object-storage/buckets", body).catch((error: Error) => {
      throw new Error(`failed to create a Linode ObjectStorageBucket: ${error.message}`);
    });
    const id = idOf(made);
    try {
      await setAccess(client, id, accessOf(want));
      const state = await readBucket(client, id);
      if (state === undefined) throw new Error(`bucket ${id} was deleted while it was being created`);
      return { id, state };
    } catch (error) {
      throw new HalfMade(id, plan, error instanceof Error ? error.message : String(error));
    }
  },
  async read(id, _have, { client: { client } }) {
    const state = await readBucket(client, id);
    return state && { state };
  },
  async update({ id, want, changed }, { client: { client } }) {
    if (changed.has("acl") || changed.has("corsEnabled")) {
      const { acl, cors_enabled } = accessOf(want);
      await setAccess(client, id, {
        ...(changed.has("acl") ? { acl } : {}),
        ...(changed.has("corsEnabled") ? { cors_enabled } : {}),
      });
    }
    const state = await readBucket(client, id);
    if (state === undefined) throw new Error(`bucket ${id} was deleted while it was being updated`);
    return state;
  },
  async delete(id, _have, { client: { client }, urn }) {
    await client.delete("sdk", pathOf(id)).catch((error: Error) => {
      const reason = `Error deleting Linode ObjectStorageBucket ${id}: ${error.message}`;
      throw new Error(`deleting ${urn}: 1 error occurred:\n\t* ${reason}\n\n`);
    });
  },
});

/** `fr-par:label` */
const idOf = ({ region, cluster, label }: BucketShape): string => `${region || cluster}:${label}`;

/** @throws Error in the official one's words */
function pathOf(id: string): string {
  const [, place, label] = /^([^:]+):([^:]+)$/.exec(id) ?? [];
  if (place === undefined || label === undefined)
    throw new Error(`Linode Object Storage Bucket ID must be of the form <ClusterOrRegion>:<Label>, but is ${id}`);
  return `/object-storage/buckets/${place}/${label}`;
}

function accessOf({ acl, corsEnabled }: Properties): Properties {
  return { acl: acl ?? "private", ...(typeof corsEnabled === "boolean" ? { cors_enabled: corsEnabled } : {}) };
}

async function setAccess(client: LinodeClient, id: string, access: Properties): Promise<void> {
  await client.post("sdk", `${pathOf(id)}/access`, access).catch((error: Error) => {
    throw new Error(`failed to update bucket access: ${error.message}`);
  });
}

async function readBucket(client: LinodeClient, id: string): Promise<Properties | undefined> {
  const path = pathOf(id);
  try {
    const bucket = await client.get<BucketShape>("sdk", path);
    const access = await client.get<AccessShape>("sdk", `${path}/access`);
    return stateOf(bucket, access);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function stateOf(bucket: BucketShape, { acl, cors_enabled }: AccessShape): Properties {
  const endpoint = bucket.s3_endpoint || bucket.hostname.replace(`${bucket.label}.`, "");
  return {
    accessKey: null,
    acl,
    cert: null,
    cluster: bucket.cluster,
    corsEnabled: cors_enabled,
    endpoint,
    endpointType: bucket.endpoint_type,
    hostname: bucket.hostname,
    label: bucket.label,
    lifecycleRules: [],
    region: bucket.region,
    s3Endpoint: endpoint,
    secretKey: null,
    versioning: false,
  };
}

function placeFailures({ region, cluster }: Properties): CheckFailure[] {
  const given = [region, cluster].filter((one) => one !== undefined && one !== null).length;
  if (given === 1) return [];
  const said =
    given === 0 ? "one of `cluster,region` must be specified" : "only one of `cluster,region` can be specified";
  return [{ property: "region", reason: `Invalid combination of arguments. "region": ${said}.` }];
}

function refusals(inputs: Properties): CheckFailure[] {
  return REFUSED.filter((name) => inputs[name] !== undefined && inputs[name] !== null).map((property) => ({
    property,
    reason: `The stand-in of the linode plugin does not know ${property}: use the official plugin for it.`,
  }));
}
