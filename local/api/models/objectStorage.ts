import { randomUUID } from "node:crypto";
import { type ObjectEndpoint, objectEndpoints } from "../catalog";
import type { Cloud } from "../cloud";
import { ApiError, invalid } from "../errors";

/** Linode's words for a region that it does not know, and for one without Object Storage. */
export const regionNotFound = "The specified region was not found or does not support Object Storage.";

/** The endpoint of a region, or of a cluster by its former name (`fr-par-1`); the region's first one unless a type is asked for. */
export function endpointOf(regionOrCluster: string, type?: string | null): ObjectEndpoint | undefined {
  return objectEndpoints.find(
    (one) =>
      (one.region === regionOrCluster || clusterOf(one) === regionOrCluster) && (!type || one.endpoint_type === type),
  );
}

/** `fr-par-1` */
export const clusterOf = ({ s3_endpoint }: ObjectEndpoint): string => s3_endpoint.split(".")[0] ?? "";

/** @throws ApiError 400 unless the region has Object Storage */
export function mustHaveEndpoint(regionOrCluster: string, type?: string | null): ObjectEndpoint {
  const endpoint = endpointOf(regionOrCluster, type);
  if (!endpoint) throw invalid(regionNotFound, "region");
  return endpoint;
}

/** What bucket policies know the account by: one id for the account and all its keys. */
export function canonicalId({ store }: Cloud): string {
  const known = store.get("setting", "objectStorage")?.value.owner;
  if (typeof known === "string") return known;
  const owner = randomUUID();
  store.write(() => store.put("setting", { id: "objectStorage", value: { owner } }));
  return owner;
}

let turn: Promise<unknown> = Promise.resolve();

/**
 * Changes the S3 server, one change after the other. What fails is answered with 400: clients repeat requests that were
 * answered with 500, a thousand times.
 */
export async function change<T>(work: () => Promise<T>): Promise<T> {
  const mine = turn.then(work);
  turn = mine.catch(() => undefined);
  try {
    return await mine;
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw invalid(`The local Linode's Object Storage: ${error instanceof Error ? error.message : String(error)}`);
  }
}
