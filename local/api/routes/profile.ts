import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { limits } from "../limits";
import * as account from "../models/account";
import * as sshkeys from "../models/sshkeys";
import { page } from "../paging";
import { CreateSshKey, UpdateProfile, UpdateSshKey } from "../schemas/account";
import { Params } from "../schemas/common";
import * as shapes from "../shapes/account";

export function profileRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "account" };
  app.get("/profile", { config: { scope: "*" } }, () => account.profile(cloud));
  app.put("/profile", { config, schema: { body: UpdateProfile } }, ({ body }) => account.updateProfile(cloud, body));
  app.get("/profile/grants", { config: { scope: "*" } }, (_request, reply) => reply.code(204).send());

  const params = Params("id");
  app.get("/profile/sshkeys", { config: { ...config, limit: limits.list } }, (request) =>
    page(request, cloud.store.list("sshkey").map(shapes.sshkey), ["label"]),
  );
  app.post("/profile/sshkeys", { config, schema: { body: CreateSshKey } }, ({ body }) =>
    shapes.sshkey(sshkeys.create(cloud, body)),
  );
  app.get("/profile/sshkeys/:id", { config, schema: { params } }, (request) =>
    shapes.sshkey(sshkeys.find(cloud, request.params.id)),
  );
  app.put("/profile/sshkeys/:id", { config, schema: { params, body: UpdateSshKey } }, (request) =>
    shapes.sshkey(sshkeys.update(cloud, request.params.id, request.body.label)),
  );
  app.delete(
    "/profile/sshkeys/:id",
    { config, schema: { params } },
    (request) => (sshkeys.remove(cloud, request.params.id), {}),
  );
}
