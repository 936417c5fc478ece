import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as devices from "../models/devices";
import * as firewalls from "../models/firewalls";
import { page } from "../paging";
import { Params } from "../schemas/common";
import { CreateDevice, CreateFirewall, RulesBody, UpdateFirewall } from "../schemas/networking";
import * as shapes from "../shapes/networking";

const fields = ["created", "id", "label", "tags", "updated", "status"];

export function firewallRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "firewall" };
  const base = "/networking/firewalls";
  const at = `${base}/:id` as const;
  const params = Params("id");
  app.get(base, { config: { ...config, limit: limits.list } }, (request) =>
    page(
      request,
      cloud.store.list("firewall").map((one) => shapes.firewall(cloud, one)),
      fields,
    ),
  );
  app.post(base, { config, schema: { body: CreateFirewall } }, async ({ body }) =>
    shapes.firewall(cloud, await firewalls.create(cloud, body)),
  );
  app.get(at, { config, schema: { params } }, (request) =>
    shapes.firewall(cloud, firewalls.find(cloud, request.params.id)),
  );
  app.put(at, { config, schema: { params, body: UpdateFirewall } }, async (request) =>
    shapes.firewall(cloud, await firewalls.update(cloud, request.params.id, request.body)),
  );
  app.delete(
    at,
    { config, schema: { params } },
    async (request) => (await firewalls.remove(cloud, request.params.id), {}),
  );
  app.get(`${at}/rules`, { config, schema: { params } }, (request) =>
    shapes.rules(firewalls.find(cloud, request.params.id)),
  );
  app.put(`${at}/rules`, { config, schema: { params, body: RulesBody } }, async (request) =>
    shapes.rules(await firewalls.setRules(cloud, request.params.id, request.body)),
  );
  deviceRoutes(app, cloud);
}

function deviceRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "firewall" };
  const base = "/networking/firewalls/:firewallId/devices";
  const params = Params("firewallId");
  const one = Params("firewallId", "id");
  const firewall = (id: number) => firewalls.find(cloud, id);
  app.get(base, { config: { ...config, limit: limits.list }, schema: { params } }, (request) => {
    const rows = devices
      .devicesOf(cloud, firewall(request.params.firewallId).id)
      .map((row) => shapes.device(cloud, row));
    return page(request, rows, ["created", "id", "updated"]);
  });
  app.post(base, { config, schema: { params, body: CreateDevice } }, async (request) =>
    shapes.device(cloud, await devices.create(cloud, firewall(request.params.firewallId), request.body)),
  );
  app.get(`${base}/:id`, { config, schema: { params: one } }, ({ params: { firewallId, id } }) =>
    shapes.device(cloud, devices.find(cloud, firewall(firewallId).id, id)),
  );
  app.delete(
    `${base}/:id`,
    { config, schema: { params: one } },
    async ({ params: { firewallId, id } }) => (await devices.remove(cloud, firewall(firewallId), id), {}),
  );
}
