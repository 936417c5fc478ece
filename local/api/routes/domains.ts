import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as domains from "../models/domains";
import * as records from "../models/records";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { CreateDomain, CreateRecord, UpdateDomain, UpdateRecord } from "../schemas/domains";
import * as shapes from "../shapes/domains";

export function domainRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "domains" };
  const params = Params("id");
  app.get("/domains", { config: { ...config, limit: limits.list } }, (request) =>
    page(request, cloud.store.list("domain").map(shapes.domain), ["domain", "group", "tags"]),
  );
  app.post("/domains", { config, schema: { body: CreateDomain } }, async ({ body }) =>
    shapes.domain(await domains.create(cloud, body)),
  );
  app.get("/domains/:id", { config, schema: { params } }, (request) =>
    shapes.domain(domains.find(cloud, request.params.id)),
  );
  app.put("/domains/:id", { config, schema: { params, body: UpdateDomain } }, async (request) =>
    shapes.domain(await domains.update(cloud, request.params.id, request.body)),
  );
  app.delete(
    "/domains/:id",
    { config, schema: { params } },
    async (request) => (await domains.remove(cloud, request.params.id), {}),
  );
  recordRoutes(app, cloud);
}

function recordRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "domains" };
  const base = "/domains/:domainId/records";
  const params = Params("domainId");
  const one = Params("domainId", "id");
  app.get(base, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const rows = records.recordsOf(cloud, domains.find(cloud, request.params.domainId).id).map(shapes.record);
    return page(request, rows, ["name", "tag", "target", "type"]);
  });
  app.post(base, { config, schema: { params, body: CreateRecord } }, async ({ params: { domainId }, body }) =>
    shapes.record(await records.create(cloud, domainId, body)),
  );
  app.get(`${base}/:id`, { config, schema: { params: one } }, ({ params: { domainId, id } }) =>
    shapes.record(records.find(cloud, domainId, id)),
  );
  app.put(
    `${base}/:id`,
    { config, schema: { params: one, body: UpdateRecord } },
    async ({ params: { domainId, id }, body }) => shapes.record(await records.update(cloud, domainId, id, body)),
  );
  app.delete(
    `${base}/:id`,
    { config, schema: { params: one } },
    async ({ params: { domainId, id } }) => (await records.remove(cloud, domainId, id), {}),
  );
}
