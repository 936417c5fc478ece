/** `linode.ObjectStorageKey`. Source: terraform-provider-linode 3.1.1, linode/objkey. */
import { isObject, type Properties, type Value } from "../base";
import { bridged } from "../base/bridge/bridged";
import { sorted } from "../base/bridge/plan";
import { computed, either, optional, required } from "../base/bridge/schema";
import { isNotFound } from "./client";
import type { Linode } from "./config";
import { attempt, failed } from "./framework";

interface KeyShape {
  id: number;
  label: string;
  access_key: string;
  /** `[REDACTED]` except in the answer that made it. */
  secret_key: string;
  limited: boolean;
  bucket_access: { bucket_name: string; cluster: string; region: string; permissions: string }[] | null;
  regions: { id: string; s3_endpoint: string; endpoint_type: string }[];
}

const REDACTED = "[REDACTED]";

export const objectStorageKey = bridged<Linode>({
  token: "linode:index/objectStorageKey:ObjectStorageKey",
  flavour: "framework",
  fields: {
    accessKey: computed("string"),
    bucketAccesses: optional("set", {
      replace: true,
      items: optional("object", {
        same: sameAccess,
        fields: {
          bucketName: required("string"),
          cluster: either("string"),
          permissions: required("string"),
          region: either("string"),
        },
      }),
    }),
    label: required("string"),
    limited: computed("boolean"),
    regions: either("set", { items: optional("string"), stable: false }),
    regionsDetails: computed("set", { stable: false }),
    secretKey: computed("string", { secret: true }),
  },
  async create({ label, bucketAccesses, regions }, _plan, { client: { client } }) {
    const body = {
      label,
      ...(Array.isArray(bucketAccesses) ? { bucket_access: bucketAccesses.map(accessOf) } : {}),
      ...(Array.isArray(regions) ? { regions } : {}),
    };
    const made = await attempt("Failed to create Object Storage Key", () =>
      client.post<KeyShape>("framework", "/object-storage/keys", body),
    );
    return { id: String(made.id), state: { ...stateOf(made), secretKey: made.secret_key } };
  },
  async read(id, have, { client: { client } }) {
    try {
      const found = await client.get<KeyShape>("framework", `/object-storage/keys/${id}`);
      const secretKey = found.secret_key === REDACTED ? (have.secretKey ?? null) : found.secret_key;
      return { state: { ...stateOf(found), secretKey } };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw failed("Unable to refresh the Object Storage Key", error);
    }
  },
  async update({ id, have, want, changed }, { client: { client } }) {
    const body = {
      ...(changed.has("label") ? { label: want.label } : {}),
      ...(changed.has("regions") ? { regions: want.regions } : {}),
    };
    const answer = await attempt(`Failed to update Object Storage Key (${id})`, () =>
      client.put<KeyShape>("framework", `/object-storage/keys/${id}`, body),
    );
    return { ...stateOf(answer), secretKey: have.secretKey ?? null };
  },
  async delete(id, _have, { client: { client } }) {
    try {
      await client.delete("framework", `/object-storage/keys/${id}`);
    } catch (error) {
      if (!isNotFound(error)) throw failed(`Failed to delete the Object Storage Key (${id})`, error);
    }
  },
});

/** Linode says region and cluster; a program says one of them. */
function sameAccess(have: Value, want: Value): boolean {
  if (!isObject(have) || !isObject(want)) return false;
  const [there, wanted] = [have as Properties, want as Properties];
  return ["bucketName", "permissions", "region", "cluster"].every(
    (name) => (wanted[name] ?? there[name] ?? "") === (there[name] ?? ""),
  );
}

function accessOf(access: Value): object {
  const { bucketName, cluster, region, permissions } = access as Properties;
  return {
    ...(cluster ? { cluster } : {}),
    ...(region ? { region } : {}),
    bucket_name: bucketName,
    permissions,
  };
}

function stateOf(key: KeyShape): Properties {
  return {
    accessKey: key.access_key,
    ...(key.bucket_access && {
      bucketAccesses: key.bucket_access.map(({ bucket_name, cluster, region, permissions }) => ({
        bucketName: bucket_name,
        cluster: cluster ?? "",
        permissions,
        region,
      })),
    }),
    label: key.label,
    limited: key.limited,
    regions: sorted([...new Set(key.regions.map(({ id }) => id))]),
    regionsDetails: key.regions.map(({ id, s3_endpoint, endpoint_type }) => ({
      endpointType: endpoint_type,
      id,
      s3Endpoint: s3_endpoint,
    })),
  };
}
