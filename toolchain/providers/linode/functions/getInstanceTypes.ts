/** `linode.getInstanceTypes`. Source: terraform-provider-linode 3.1.1, linode/instancetypes. */
import { providerFunction } from "../../base";
import type { Linode } from "../config";
import { attempt } from "../framework";
import type { InstanceType } from "../shapes";
import { applyFilters, FilterArguments, filterHeader, filterResult } from "./filters";
import { typeState } from "./getInstanceType";

/** What Linode itself filters types by; the rest is filtered here. */
const FILTERED_BY_LINODE = ["class", "disk", "gpus", "label", "memory", "network_out", "transfer", "vcpus"];

export const getInstanceTypes = providerFunction<Linode, FilterArguments>({
  token: "linode:index/getInstanceTypes:getInstanceTypes",
  async invoke(args, { client: { client } }) {
    const header = filterHeader(args, FILTERED_BY_LINODE);
    const types = await attempt("Failed to list Linode Instance Types", () =>
      client.list<InstanceType>("framework", "/linode/types", header),
    );
    return filterResult(args, "types", applyFilters(types, args, FILTERED_BY_LINODE).map(typeState));
  },
});
