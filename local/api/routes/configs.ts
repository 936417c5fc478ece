import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as configs from "../models/configs";
import { find as findLinode } from "../models/instances";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { CreateConfig, InterfaceBody, OrderInterfaces, UpdateConfig, UpdateInterface } from "../schemas/instances";
import * as shapes from "../shapes/instances";
import type { Interface } from "../records";

export function configRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const base = "/linode/instances/:linodeId/configs";
  const at = `${base}/:id` as const;
  const params = Params("linodeId");
  const one = Params("linodeId", "id");
  app.get(base, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const { id } = findLinode(cloud, request.params.linodeId);
    return page(
      request,
      configs.configsOf(cloud, id).map((row) => shapes.config(cloud, row)),
      ["label", "interfaces.label"],
    );
  });
  app.post(base, { config, schema: { params, body: CreateConfig } }, (request) =>
    shapes.config(cloud, configs.create(cloud, request.params.linodeId, request.body)),
  );
  app.get(at, { config, schema: { params: one } }, ({ params: { linodeId, id } }) =>
    shapes.config(cloud, configs.find(cloud, linodeId, id)),
  );
  app.put(at, { config, schema: { params: one, body: UpdateConfig } }, ({ params: { linodeId, id }, body }) =>
    shapes.config(cloud, configs.update(cloud, linodeId, id, body)),
  );
  app.delete(
    at,
    { config, schema: { params: one } },
    ({ params: { linodeId, id } }) => (configs.remove(cloud, linodeId, id), {}),
  );
  interfaceRoutes(app, cloud);
}

function interfaceRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const base = "/linode/instances/:linodeId/configs/:configId/interfaces";
  const at = `${base}/:id` as const;
  const params = Params("linodeId", "configId");
  const one = Params("linodeId", "configId", "id");
  const shape = (linode: number, configId: number, row: Interface) =>
    shapes.configInterface(row, configs.isActive(cloud, configs.find(cloud, linode, configId)));
  // A plain list, not a page: https://techdocs.akamai.com/linode-api/reference/get-linode-config-interfaces
  app.get(base, { config, schema: { params } }, ({ params: { linodeId, configId } }) =>
    configs.find(cloud, linodeId, configId).interfaces.map((row) => shape(linodeId, configId, row)),
  );
  app.post(base, { config, schema: { params, body: InterfaceBody } }, ({ params: { linodeId, configId }, body }) =>
    shape(linodeId, configId, configs.addInterface(cloud, linodeId, configId, body)),
  );
  app.post(
    `${base}/order`,
    { config, schema: { params, body: OrderInterfaces } },
    ({ params: { linodeId, configId }, body }) => (configs.orderInterfaces(cloud, linodeId, configId, body.ids), {}),
  );
  app.get(at, { config, schema: { params: one } }, ({ params: { linodeId, configId, id } }) =>
    shape(linodeId, configId, configs.findInterface(cloud, linodeId, configId, id)),
  );
  app.put(
    at,
    { config, schema: { params: one, body: UpdateInterface } },
    ({ params: { linodeId, configId, id }, body }) =>
      shape(linodeId, configId, configs.updateInterface(cloud, linodeId, configId, id, body)),
  );
  app.delete(
    at,
    { config, schema: { params: one } },
    ({ params: { linodeId, configId, id } }) => (configs.removeInterface(cloud, linodeId, configId, id), {}),
  );
}
