import { Type } from "@sinclair/typebox";
import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { must } from "../errors";
import { limits } from "../limits";
import * as addresses from "../models/addresses";
import * as instances from "../models/instances";
import * as power from "../models/power";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { Boot, CreateInstance, Rebuild, Resize, UpdateInstance } from "../schemas/instances";
import { AddAddress, UpdateAddress } from "../schemas/networking";
import * as shapes from "../shapes/instances";
import * as networks from "../shapes/networking";

const fields = ["group", "id", "image", "interface_generation", "ipv4", "label", "region", "tags", "status", "type"];
const firewallFields = ["created", "id", "label", "tags", "updated"];

export function instanceRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const params = Params("id");
  const base = "/linode/instances";
  const at = `${base}/:id` as const;
  app.get(base, { config: { ...config, limit: limits.list } }, (request) =>
    page(
      request,
      cloud.store.list("linode").map((one) => shapes.instance(cloud, one)),
      fields,
    ),
  );
  app.post(base, { config: { ...config, limit: limits.createLinode }, schema: { body: CreateInstance } }, ({ body }) =>
    shapes.instance(cloud, instances.create(cloud, body)),
  );
  app.get(at, { config, schema: { params } }, (request) =>
    shapes.instance(cloud, instances.find(cloud, request.params.id)),
  );
  app.put(at, { config, schema: { params, body: UpdateInstance } }, (request) =>
    shapes.instance(cloud, instances.update(cloud, request.params.id, request.body)),
  );
  app.delete(at, { config, schema: { params } }, (request) => (instances.remove(cloud, request.params.id), {}));
  actionRoutes(app, cloud);
  listRoutes(app, cloud);
  addressRoutes(app, cloud);
}

function actionRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const params = Params("id");
  const at = "/linode/instances/:id";
  app.post(
    `${at}/boot`,
    { config, schema: { params, body: Boot } },
    ({ params: { id }, body }) => (power.boot(cloud, id, body?.config_id || null), {}),
  );
  app.post(
    `${at}/reboot`,
    { config, schema: { params, body: Boot } },
    ({ params: { id }, body }) => (power.reboot(cloud, id, body?.config_id || null), {}),
  );
  app.post(
    `${at}/shutdown`,
    { config, schema: { params } },
    (request) => (power.shutdown(cloud, request.params.id), {}),
  );
  app.post(
    `${at}/resize`,
    { config, schema: { params, body: Resize } },
    ({ params: { id }, body }) => (power.resize(cloud, id, body), {}),
  );
  app.post(`${at}/rebuild`, { config, schema: { params, body: Rebuild } }, (request) =>
    shapes.instance(cloud, instances.rebuild(cloud, request.params.id, request.body)),
  );
}

function listRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const params = Params("id");
  const at = "/linode/instances/:id";
  app.get(`${at}/firewalls`, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const { id } = instances.find(cloud, request.params.id);
    const mine = cloud.store
      .list("device", (device) => device.linode === id)
      .map((device) => must(cloud.store.get("firewall", device.firewall)));
    return page(
      request,
      mine.map((one) => networks.firewall(cloud, one)),
      firewallFields,
    );
  });
  app.get(`${at}/volumes`, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    instances.find(cloud, request.params.id);
    return page(request, [], ["label", "tags"]);
  });
  app.get(`${at}/stats`, { config: { ...config, limit: limits.stats }, schema: { params } }, (request) =>
    cloud.stats.of(instances.find(cloud, request.params.id)),
  );
}

function addressRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "linodes" };
  const base = "/linode/instances/:id/ips";
  const params = Params("id");
  const one = Type.Object({ id: Type.Integer({ minimum: 0 }), address: Type.String() });
  const mine = (id: number, text: string) =>
    must(addresses.addressesOf(cloud, instances.find(cloud, id).id).find((other) => other.id === text));
  app.get(base, { config, schema: { params } }, (request) =>
    networks.instanceAddresses(cloud, instances.find(cloud, request.params.id)),
  );
  app.post(base, { config, schema: { params, body: AddAddress } }, (request) => ({
    ...networks.address(cloud, addresses.add(cloud, instances.find(cloud, request.params.id), request.body)),
    tags: [],
  }));
  app.get(`${base}/:address`, { config, schema: { params: one } }, ({ params: { id, address } }) =>
    networks.address(cloud, mine(id, address)),
  );
  app.put(
    `${base}/:address`,
    { config, schema: { params: one, body: UpdateAddress } },
    ({ params: { id, address }, body }) => networks.address(cloud, addresses.update(cloud, mine(id, address), body)),
  );
  app.delete(
    `${base}/:address`,
    { config, schema: { params: one } },
    ({ params: { id, address } }) => (addresses.remove(cloud, instances.find(cloud, id), address), {}),
  );
}
