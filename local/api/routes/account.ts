import { Type } from "@sinclair/typebox";
import { regions, types } from "../catalog";
import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { must } from "../errors";
import { limits } from "../limits";
import * as account from "../models/account";
import { seen } from "../models/events";
import { page } from "../paging";
import { UpdateAccount, UpdateAccountSettings } from "../schemas/account";
import { Params } from "../schemas/common";
import * as shapes from "../shapes/account";

const eventFields = ["action", "created", "entity.id", "entity.type", "id", "read", "seen", "status"];

export function accountRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "account" };
  app.get("/account", { config }, () => account.account(cloud));
  app.put("/account", { config, schema: { body: UpdateAccount } }, ({ body }) => account.updateAccount(cloud, body));
  app.get("/account/settings", { config }, () => account.accountSettings(cloud));
  app.put("/account/settings", { config, schema: { body: UpdateAccountSettings } }, ({ body }) =>
    account.updateAccountSettings(cloud, body),
  );
  app.get("/account/availability", { config: { ...config, limit: limits.list } }, (request) =>
    page(request, [...regions.keys()].map(availability), ["region"]),
  );
  app.get(
    "/account/availability/:id",
    { config, schema: { params: Type.Object({ id: Type.String() }) } },
    ({ params }) => availability(must(regions.get(params.id)).id),
  );
  app.get("/account/notifications", { config: { ...config, limit: limits.list } }, (request) => page(request, []));
  app.get("/account/maintenance", { config: { scope: "*", limit: limits.list } }, (request) =>
    page(request, [], ["status", "type", "when"]),
  );
  app.get("/account/transfer", { config }, () => ({
    ...{ billable: 0, used: 0, region_transfers: [] },
    quota: cloud.store.list("linode").reduce((sum, { type }) => sum + (types.get(type)?.transfer ?? 0), 0),
  }));

  const events = { scope: "events" };
  const Id = Params("id");
  app.get("/account/events", { config: { ...events, limit: limits.list } }, (request) => {
    const rows = cloud.store.list("event").map((event) => shapes.event(cloud.username, event));
    return page(request, rows.reverse(), eventFields);
  });
  app.get("/account/events/:id", { config: events, schema: { params: Id } }, ({ params }) =>
    shapes.event(cloud.username, must(cloud.store.get("event", params.id))),
  );
  app.post("/account/events/:id/seen", { config: events, schema: { params: Id } }, ({ params }) =>
    seen(cloud, params.id),
  );
}

function availability(region: string) {
  return { region, available: ["Linodes"], unavailable: ["NodeBalancers", "Block Storage", "Kubernetes"] };
}
