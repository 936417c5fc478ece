import { Type } from "@sinclair/typebox";
import type { Api } from "../app";
import type { Cloud } from "../cloud";
import { invalid } from "../errors";
import { limits } from "../limits";
import * as addresses from "../models/addresses";
import { page } from "../paging";
import { AllocateAddress, UpdateAddress } from "../schemas/networking";
import * as shapes from "../shapes/networking";

/** `linode_id` and `reserved` are not documented as filterable, and are (recorded 2026). */
const fields = ["address", "prefix", "rdns", "region", "type", "public", "linode_id", "reserved"];

export function networkingRoutes(app: Api, cloud: Cloud): void {
  const config = { scope: "ips" };
  const params = Type.Object({ address: Type.String() });
  app.get("/networking/ips", { config: { ...config, limit: limits.list } }, (request) => {
    const ipv4 = cloud.store.list("address").map((row) => shapes.address(cloud, row));
    return page(request, [...ipv4, ...cloud.store.list("linode").map(shapes.slaac)], fields);
  });
  app.post("/networking/ips", { config, schema: { body: AllocateAddress } }, ({ body }) =>
    shapes.address(cloud, addresses.allocateFor(cloud, body)),
  );
  app.get("/networking/ips/:address", { config, schema: { params } }, (request) => {
    const found = addresses.findAddress(cloud, request.params.address);
    return "slaac" in found ? shapes.slaac(found.slaac) : shapes.address(cloud, found.address);
  });
  app.put("/networking/ips/:address", { config, schema: { params, body: UpdateAddress } }, (request) => {
    const found = addresses.findAddress(cloud, request.params.address);
    if ("slaac" in found) throw invalid("Names of IPv6 addresses are not available on the local Linode.", "rdns");
    return shapes.address(cloud, addresses.update(cloud, found.address, request.body));
  });
}
