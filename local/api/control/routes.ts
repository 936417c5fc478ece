import { Type } from "@sinclair/typebox";
import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { invalid } from "../errors";
import { passWindow } from "../jobs/backups";
import type { Calls } from "./calls";

const Fault = Type.Object(
  {
    method: Type.Optional(Type.String()),
    path: Type.Optional(Type.String({ pattern: "^/" })),
    work: Type.Optional(
      Type.Union(
        [
          ...["create", "rebuild", "boot", "shutdown", "delete", "resize", "disk_create", "disk_delete", "disk_resize"],
          ...["linode_snapshot", "backups_restore"],
        ].map((kind) => Type.Literal(kind as "boot")),
      ),
    ),
    label: Type.Optional(Type.String()),
    nth: Type.Optional(Type.Integer({ minimum: 1 })),
    times: Type.Optional(Type.Integer({ minimum: 1 })),
    status: Type.Optional(Type.Union([Type.Literal(429), Type.Literal(500), Type.Literal(503)])),
    retryAfter: Type.Optional(Type.Integer({ minimum: 0 })),
    delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
    failure: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
);

const Limits = Type.Object({ enforced: Type.Boolean() }, { additionalProperties: false });

const Moment = Type.Object(
  { now: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\dT" }) },
  { additionalProperties: false },
);

/** `/local/…`: what the real API has not. */
export function controlRoutes(app: Api, cloud: Cloud, calls: Calls, reset: () => Promise<void>): void {
  app.get("/local/health", { config: { open: true } }, () => ({ ok: true, pid: process.pid }));
  app.get("/local/status", async () => ({
    pid: process.pid,
    images: cloud.driver.images,
    network: cloud.driver.network,
    hosts: await cloud.driver
      .list()
      .then((hosts) =>
        hosts.map(({ id, running, spec }) => ({ id, running, label: spec.label, plan: spec.plan, links: spec.links })),
      ),
    copies: await cloud.driver.copies(),
  }));
  app.get("/local/faults", () => ({ data: cloud.faults.list() }));
  app.post("/local/faults", { schema: { body: Fault } }, ({ body }) => {
    if ((body.path === undefined) === (body.work === undefined)) throw invalid("A fault has either a path or work.");
    if (body.path !== undefined && !body.status && !body.delayMs)
      throw invalid("A fault of requests has a status or delayMs.");
    if (body.work !== undefined && !body.failure && !body.delayMs)
      throw invalid("A fault of work has failure or delayMs.");
    return cloud.faults.add(body);
  });
  app.delete("/local/faults", () => (cloud.faults.clear(), {}));
  app.get("/local/limits", () => ({ enforced: cloud.rateLimits.enforced }));
  app.put("/local/limits", { schema: { body: Limits } }, ({ body }) => (cloud.rateLimits.enforce(body.enforced), body));
  app.post("/local/lifecycle", { schema: { body: Moment } }, async ({ body }) => {
    await cloud.driver.objects.expire(new Date(body.now));
    return {};
  });
  app.post("/local/backups", { schema: { body: Moment } }, async ({ body }) => {
    await passWindow(cloud, new Date(body.now));
    return {};
  });
  app.get("/local/calls", () => ({ data: calls.list() }));
  app.delete("/local/calls", () => (calls.clear(), {}));
  app.post("/local/reset", async () => (await reset(), {}));
}
