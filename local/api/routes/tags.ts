import { Type } from "@sinclair/typebox";
import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as tags from "../models/tags";
import { page } from "../paging";
import { CreateTag } from "../schemas/account";
import * as domains from "../shapes/domains";
import * as instances from "../shapes/instances";

export function tagRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "account" };
  const params = Type.Object({ label: Type.String() });
  app.get("/tags", { config: { ...config, limit: limits.list } }, (request) =>
    page(request, tags.list(cloud), ["label"]),
  );
  app.post("/tags", { config, schema: { body: CreateTag } }, ({ body }) => tags.create(cloud, body));
  app.get("/tags/:label", { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const { linode, domain } = tags.carriers(cloud, request.params.label);
    return page(request, [
      ...linode.map((row) => ({ type: "linode", data: instances.instance(cloud, row) })),
      ...domain.map((row) => ({ type: "domain", data: domains.domain(row) })),
    ]);
  });
  app.delete(
    "/tags/:label",
    { config, schema: { params } },
    (request) => (tags.remove(cloud, request.params.label), {}),
  );
}
