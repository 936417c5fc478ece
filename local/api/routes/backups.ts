import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as backups from "../models/backups";
import { find as findLinode } from "../models/instances";
import { Restore, Snapshot } from "../schemas/backups";
import { Params } from "../schemas/common";
import * as shapes from "../shapes/backups";

/** Linode's own backups: whole disks. */
export function backupRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const base = "/linode/instances/:linodeId/backups";
  const at = `${base}/:id` as const;
  const params = Params("linodeId");
  const one = Params("linodeId", "id");
  app.get(base, { config: { ...config, limit: limits.list }, schema: { params } }, (request) =>
    shapes.backups(cloud, findLinode(cloud, request.params.linodeId)),
  );
  app.post(base, { config, schema: { params, body: Snapshot } }, ({ params: { linodeId }, body }) =>
    shapes.backup(backups.snapshot(cloud, linodeId, body.label)),
  );
  app.post(
    `${base}/enable`,
    { config, schema: { params } },
    ({ params: { linodeId } }) => (backups.enable(cloud, linodeId), {}),
  );
  app.post(`${base}/cancel`, { config, schema: { params } }, async ({ params: { linodeId } }) => {
    await backups.cancel(cloud, linodeId);
    return {};
  });
  app.get(at, { config, schema: { params: one } }, ({ params: { linodeId, id } }) =>
    shapes.backup(backups.find(cloud, linodeId, id)),
  );
  app.post(
    `${at}/restore`,
    { config, schema: { params: one, body: Restore } },
    ({ params: { linodeId, id }, body }) => (backups.restore(cloud, linodeId, id, body), {}),
  );
}
