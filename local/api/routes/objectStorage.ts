import { Type } from "@sinclair/typebox";
import type { Api } from "../app";
import { objectEndpoints, objectTypes } from "../catalog";
import type { Cloud } from "../cloud";
import { must } from "../errors";
import { limits } from "../limits";
import * as buckets from "../models/buckets";
import * as keys from "../models/objectKeys";
import { endpointOf } from "../models/objectStorage";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { BucketAccessBody, CreateBucket, CreateObjectKey, UpdateObjectKey } from "../schemas/objectStorage";
import * as shapes from "../shapes/objectStorage";

const config = { scope: "object_storage" };
const list = { config: { ...config, limit: limits.list } };
const make = { ...config, limit: limits.objectStorage };

export function objectStorageRoutes(app: Api, cloud: Cloud): void {
  const open = { config: { scope: "*", open: true, limit: limits.list } };
  app.get("/object-storage/types", open, (request) =>
    page(request, objectTypes, ["label", "price.hourly", "price.monthly", "transfer"]),
  );
  app.get("/object-storage/endpoints", list, (request) =>
    page(
      request,
      objectEndpoints.map((one) => shapes.endpoint(cloud, one)),
    ),
  );
  app.get("/object-storage/clusters", list, (request) =>
    page(
      request,
      objectEndpoints.map((one) => shapes.cluster(cloud, one)),
    ),
  );
  app.get(
    "/object-storage/clusters/:cluster",
    { config, schema: { params: Type.Object({ cluster: Type.String() }) } },
    ({ params }) => shapes.cluster(cloud, must(endpointOf(params.cluster))),
  );
  bucketRoutes(app, cloud);
  keyRoutes(app, cloud);
}

function bucketRoutes(app: Api, cloud: Cloud): void {
  const base = "/object-storage/buckets";
  const fields = ["label", "region", "cluster"];
  const all = (region?: string) =>
    cloud.store.list("bucket", (one) => region === undefined || one.region === endpointOf(region)?.region);
  const shown = (rows: ReturnType<typeof all>) => Promise.all(rows.map((row) => shapes.bucket(cloud, row)));
  const inRegion = { params: Type.Object({ region: Type.String() }) };
  const one = { params: Type.Object({ region: Type.String(), label: Type.String() }) };
  const find = ({ region, label }: { region: string; label: string }) => buckets.find(cloud, region, label);
  app.get(base, list, async (request) => page(request, await shown(all()), fields));
  app.get(`${base}/:region`, { ...list, schema: inRegion }, async (request) =>
    page(request, await shown(all(request.params.region)), fields),
  );
  app.post(base, { config: make, schema: { body: CreateBucket } }, async ({ body }) =>
    shapes.bucket(cloud, await buckets.create(cloud, body)),
  );
  app.get(`${base}/:region/:label`, { config, schema: one }, ({ params }) => shapes.bucket(cloud, find(params)));
  app.delete(
    `${base}/:region/:label`,
    { config, schema: one },
    async ({ params }) => (await buckets.remove(cloud, find(params)), {}),
  );
  const access = `${base}/:region/:label/access`;
  app.get(access, { config, schema: one }, ({ params }) => shapes.access(cloud, find(params)));
  const schema = { ...one, body: BucketAccessBody };
  app.post(
    access,
    { config, schema },
    async ({ params, body }) => (await buckets.setAccess(cloud, find(params), body), {}),
  );
  app.put(
    access,
    { config, schema },
    async ({ params, body }) => (await buckets.setAccess(cloud, find(params), body), {}),
  );
}

function keyRoutes(app: Api, cloud: Cloud): void {
  const base = "/object-storage/keys";
  const params = Params("id");
  app.get(base, list, (request) =>
    page(
      request,
      cloud.store.list("objectKey").map((row) => shapes.key(cloud, row)),
    ),
  );
  app.post(base, { config: make, schema: { body: CreateObjectKey } }, async ({ body }) =>
    shapes.key(cloud, await keys.create(cloud, body), true),
  );
  app.get(`${base}/:id`, { config, schema: { params } }, (request) =>
    shapes.key(cloud, keys.find(cloud, request.params.id)),
  );
  app.put(`${base}/:id`, { config, schema: { params, body: UpdateObjectKey } }, (request) =>
    shapes.key(cloud, keys.update(cloud, request.params.id, request.body)),
  );
  app.delete(
    `${base}/:id`,
    { config, schema: { params } },
    async (request) => (await keys.remove(cloud, request.params.id), {}),
  );
}
