import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as vpcs from "../models/vpcs";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { CreateSubnet, CreateVpc, UpdateSubnet, UpdateVpc } from "../schemas/networking";
import * as shapes from "../shapes/networking";

const fields = ["created", "id", "label", "region", "updated", "vpc_type", "subnets.id", "subnets.label"];
const addressFields = ["active", "config_id", "linode_id", "region", "vpc_id"];

export function vpcRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "vpc" };
  const params = Params("id");
  app.get("/vpcs", { config: { ...config, limit: limits.list } }, (request) =>
    page(
      request,
      cloud.store.list("vpc").map((one) => shapes.vpc(cloud, one)),
      fields,
    ),
  );
  app.post("/vpcs", { config, schema: { body: CreateVpc } }, ({ body }) => shapes.vpc(cloud, vpcs.create(cloud, body)));
  app.get("/vpcs/ips", { config: { scope: "ips", limit: limits.list } }, (request) =>
    page(request, shapes.vpcAddresses(cloud), addressFields),
  );
  app.get("/vpcs/:id", { config, schema: { params } }, (request) =>
    shapes.vpc(cloud, vpcs.find(cloud, request.params.id)),
  );
  app.put("/vpcs/:id", { config, schema: { params, body: UpdateVpc } }, (request) =>
    shapes.vpc(cloud, vpcs.update(cloud, request.params.id, request.body)),
  );
  app.delete("/vpcs/:id", { config, schema: { params } }, (request) => (vpcs.remove(cloud, request.params.id), {}));
  app.get("/vpcs/:id/ips", { config: { scope: "ips", limit: limits.list }, schema: { params } }, (request) =>
    page(request, shapes.vpcAddresses(cloud, vpcs.find(cloud, request.params.id).id), addressFields),
  );
  subnetRoutes(app, cloud);
}

function subnetRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "vpc" };
  const base = "/vpcs/:vpcId/subnets";
  const params = Params("vpcId");
  const one = Params("vpcId", "id");
  app.get(base, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const rows = vpcs
      .subnetsOf(cloud, vpcs.find(cloud, request.params.vpcId).id)
      .map((row) => shapes.subnet(cloud, row));
    return page(request, rows, ["created", "id", "label", "updated", "vpc_type"]);
  });
  app.post(base, { config, schema: { params, body: CreateSubnet } }, ({ params: { vpcId }, body }) =>
    shapes.subnet(cloud, vpcs.createSubnet(cloud, vpcId, body)),
  );
  app.get(`${base}/:id`, { config, schema: { params: one } }, ({ params: { vpcId, id } }) =>
    shapes.subnet(cloud, vpcs.findSubnet(cloud, vpcId, id)),
  );
  app.put(`${base}/:id`, { config, schema: { params: one, body: UpdateSubnet } }, ({ params: { vpcId, id }, body }) =>
    shapes.subnet(cloud, vpcs.updateSubnet(cloud, vpcId, id, body.label)),
  );
  app.delete(
    `${base}/:id`,
    { config, schema: { params: one } },
    ({ params: { vpcId, id } }) => (vpcs.removeSubnet(cloud, vpcId, id), {}),
  );
}
