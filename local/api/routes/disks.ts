import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as disks from "../models/disks";
import { find as findLinode } from "../models/instances";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { CreateDisk, ResizeDisk, UpdateDisk } from "../schemas/instances";
import * as shapes from "../shapes/instances";

export function diskRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const base = "/linode/instances/:linodeId/disks";
  const at = `${base}/:id` as const;
  const params = Params("linodeId");
  const one = Params("linodeId", "id");
  app.get(base, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const { id } = findLinode(cloud, request.params.linodeId);
    return page(request, disks.disksOf(cloud, id).map(shapes.disk), ["label", "size"]);
  });
  app.post(base, { config, schema: { params, body: CreateDisk } }, (request) =>
    shapes.disk(disks.create(cloud, request.params.linodeId, request.body)),
  );
  app.get(at, { config, schema: { params: one } }, ({ params: { linodeId, id } }) =>
    shapes.disk(disks.find(cloud, linodeId, id)),
  );
  app.put(at, { config, schema: { params: one, body: UpdateDisk } }, ({ params: { linodeId, id }, body }) =>
    shapes.disk(disks.update(cloud, linodeId, id, body.label)),
  );
  app.delete(
    at,
    { config, schema: { params: one } },
    ({ params: { linodeId, id } }) => (disks.remove(cloud, linodeId, id), {}),
  );
  app.post(
    `${at}/resize`,
    { config, schema: { params: one, body: ResizeDisk } },
    ({ params: { linodeId, id }, body }) => (disks.resize(cloud, linodeId, id, body.size), {}),
  );
}
