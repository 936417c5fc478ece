/** `linode.Rdns`. Source: terraform-provider-linode 3.1.1, linode/rdns. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Context, Properties } from "../base";
import { bridged } from "../base/bridge/bridged";
import { either, optional, required, sizeBetween } from "../base/bridge/schema";
import { isNotFound, LinodeError } from "./client";
import type { Linode } from "./config";
import { attempt } from "./framework";
import type { InstanceAddress } from "./shapes";

/** Between two tries of `waitForAvailable`, as the official one. */
const RETRY_MS = 5000;
const TIMEOUT_SECONDS = 15 * 60;

export const rdns = bridged<Linode>({
  token: "linode:index/rdns:Rdns",
  flavour: "framework",
  fields: {
    address: required("string", { replace: true }),
    rdns: required("string", { check: sizeBetween(3, 254) }),
    waitForAvailable: either("boolean", { default: false }),
    timeouts: optional("object", { fields: { create: optional("string"), update: optional("string") } }),
  },
  async create(_want, plan, context) {
    const { client } = context.client;
    const path = pathOf(plan);
    const before = await attempt("Failed to get the ip address associated with this RDNS", () =>
      client.get<InstanceAddress>("framework", path),
    );
    if (before.rdns !== `${before.address.replaceAll(".", "-")}.ip.linodeusercontent.com`) {
      context.log.warn(
        "Pre-modified RDNS Address: RDNS was already configured before the creation of this RDNS resource",
      );
    }
    const now = await attempt("Failed to create Linode RDNS", () => setName(plan, context));
    return { id: now.address, state: { address: now.address, rdns: now.rdns } };
  },
  async read(id, have, { client: { client } }) {
    try {
      const found = await client.get<InstanceAddress>("framework", `/networking/ips/${id}`);
      const { waitForAvailable } = have;
      return {
        state: {
          address: found.address,
          rdns: found.rdns,
          ...(waitForAvailable === undefined ? {} : { waitForAvailable }),
        },
      };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  async update({ have, plan, changed }, context) {
    if (!changed.has("rdns")) return { ...have, ...plan };
    const now = await attempt("Failed to update the Linode RDNS", () => setName(plan, context));
    return { ...have, ...plan, rdns: now.rdns };
  },
  async delete(_id, have, { client: { client } }) {
    try {
      await client.put("framework", pathOf(have), { rdns: null });
    } catch (error) {
      if (isNotFound(error)) return;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Unable to delete the Linode IP address RDNS: ${reason}`);
    }
  },
});

/** With `waitForAvailable`, tries again while Linode cannot look the name up. */
async function setName(plan: Properties, context: Context<Linode>): Promise<InstanceAddress> {
  const { client, signal, timeoutSeconds } = { ...context, client: context.client.client };
  const put = () => client.put<InstanceAddress>("framework", pathOf(plan), { rdns: plan.rdns });
  if (plan.waitForAvailable !== true) return put();
  const until = Date.now() + (timeoutSeconds || TIMEOUT_SECONDS) * 1000;
  for (;;) {
    await sleep(RETRY_MS, undefined, { signal });
    try {
      return await put();
    } catch (error) {
      const isTooEarly =
        error instanceof LinodeError && (error.status === 400 || error.message.includes("unable to perform a lookup"));
      if (!isTooEarly || Date.now() > until) throw error;
    }
  }
}

function pathOf({ address }: Properties): string {
  return `/networking/ips/${address as string}`;
}
