import { Type } from "@sinclair/typebox";
import type { Api } from "../app";
import { type Region, images, kernels, regions, types } from "../catalog";
import { must } from "../errors";
import { limits } from "../limits";
import { page } from "../paging";

const Id = { params: Type.Object({ id: Type.String() }) };
/** Ids with a slash, when a client does not escape it: `linode/debian13`. */
const Parts = { params: Type.Object({ id: Type.String(), name: Type.String() }) };
const open = { config: { scope: "*", open: true } };
const list = { config: { ...open.config, limit: limits.list } };
const filters = {
  regions: ["country", "site_type", "id", "label", "status"],
  types: ["class", "disk", "gpus", "label", "memory", "network_out", "transfer", "vcpus", "accelerated_devices"],
  images: ["deprecated", "is_public", "is_shared", "label", "size", "status", "tags", "type", "vendor", "id"],
  kernels: ["architecture", "deprecated", "kvm", "label", "pvops", "version"],
};

/** What Linode publishes without an account: recorded answers. */
export function catalogRoutes(app: Api): void {
  app.get("/regions", list, (request) => page(request, [...regions.values()], filters.regions));
  app.get("/regions/availability", list, (request) =>
    page(request, [...regions.keys()].flatMap(plansIn), ["available", "plan", "region"]),
  );
  app.get("/regions/:id/availability", { ...open, schema: Id }, ({ params }) =>
    plansIn(must(regions.get(params.id)).id),
  );
  app.get("/regions/vpc-availability", list, (request) => page(request, [...regions.values()].map(vpcIn)));
  app.get("/regions/:id/vpc-availability", { ...open, schema: Id }, ({ params }) =>
    vpcIn(must(regions.get(params.id))),
  );
  app.get("/regions/:id", { ...open, schema: Id }, ({ params }) => must(regions.get(params.id)));
  app.get("/linode/types", list, (request) => page(request, [...types.values()], filters.types));
  app.get("/linode/types/:id", { ...open, schema: Id }, ({ params }) => must(types.get(params.id)));
  app.get("/images", { config: { ...open.config, limit: limits.images } }, (request) =>
    page(request, [...images.values()], filters.images),
  );
  app.get("/images/:id", { ...open, schema: Id }, ({ params }) => must(images.get(params.id)));
  app.get("/images/:id/:name", { config: { ...open.config, alias: true }, schema: Parts }, ({ params }) =>
    must(images.get(`${params.id}/${params.name}`)),
  );
  app.get("/linode/kernels", list, (request) => page(request, [...kernels.values()], filters.kernels));
  app.get("/linode/kernels/:id", { ...open, schema: Id }, ({ params }) => must(kernels.get(params.id)));
  app.get("/linode/kernels/:id/:name", { config: { ...open.config, alias: true }, schema: Parts }, ({ params }) =>
    must(kernels.get(`${params.id}/${params.name}`)),
  );
}

/** Here every plan can be had everywhere. */
function plansIn(region: string) {
  return [...types.keys()].map((plan) => ({ region, plan, available: true }));
}

function vpcIn({ id, capabilities }: Region) {
  return { region: id, available: capabilities.includes("VPCs"), available_ipv6_prefix_lengths: [] };
}
