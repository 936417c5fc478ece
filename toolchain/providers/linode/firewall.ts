/** `linode.Firewall`. Source: terraform-provider-linode 3.1.1, linode/firewall. */
import { Properties, Value } from "../base";
import { bridged, UpdateRequest } from "../base/bridge/bridged";
import { sorted } from "../base/bridge/plan";
import { computed, either, Field, matches, optional, required, sameLetters, sizeBetween } from "../base/bridge/schema";
import { isNotFound, LinodeClient } from "./client";
import type { Linode } from "./config";
import { attempt, instant } from "./framework";
import type { Firewall, FirewallDevice, FirewallRule, FirewallRules } from "./shapes";

const policy = required("string", { check: matches(["ACCEPT", "DROP"]) });
const texts: Field = optional("string");

const rules = optional("list", {
  items: optional("object", {
    fields: {
      action: policy,
      label: required("string", { check: sizeBetween(3, 32) }),
      protocol: required("string", { check: matches(["TCP", "UDP", "ICMP", "IPENCAP"]) }),
      ports: optional("string"),
      ipv4s: optional("list", { items: texts }),
      ipv6s: optional("list", { items: texts }),
      description: either("string", { default: "" }),
    },
  }),
});

export const firewall = bridged<Linode>({
  token: "linode:index/firewall:Firewall",
  flavour: "framework",
  fields: {
    label: required("string", { check: sizeBetween(3, 32) }),
    tags: either("set", {
      default: [],
      items: optional("string", { same: sameLetters }),
    }),
    disabled: either("boolean", { default: false }),
    inbounds: rules,
    inboundPolicy: policy,
    outbounds: rules,
    outboundPolicy: policy,
    linodes: either("set", { items: optional("integer") }),
    nodebalancers: either("set", { items: optional("integer") }),
    devices: computed("list"),
    status: computed("string"),
    created: computed("string"),
    updated: computed("string", { stable: false }),
  },
  async create(_want, plan, { client: { client } }) {
    const made = await attempt("Failed to Create Firewall", () =>
      client.post<Firewall>("framework", "/networking/firewalls", creation(plan)),
    );
    const path = `/networking/firewalls/${made.id}`;
    const id = String(made.id);
    const now =
      plan.disabled === true
        ? await attempt("Failed to Disable Fireall", () =>
            client.put<Firewall>("framework", path, { status: "disabled" }),
          )
        : made;
    // As in the official one, what fails from here on leaves a firewall behind that no state knows.
    const devices = await attempt(`Failed to Get Devices for Firewall ${id}`, () =>
      client.list<FirewallDevice>("framework", `${path}/devices`),
    );
    const rules = await attempt(`Failed to Get Rules for Firewall ${id}`, () =>
      client.get<FirewallRules>("framework", `${path}/rules`),
    );
    return { id, state: stateOf(now, rules, devices) };
  },
  async read(id, _have, { client: { client } }) {
    const path = `/networking/firewalls/${id}`;
    try {
      const found = await client.get<Firewall>("framework", path);
      const rules = await client.get<FirewallRules>("framework", `${path}/rules`);
      return { state: stateOf(found, rules, await client.list<FirewallDevice>("framework", `${path}/devices`)) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  },
  async update(request, { client: { client } }) {
    const { id, have, plan, changed } = request;
    const path = `/networking/firewalls/${id}`;
    const body = updateOf(request);
    let { updated, status } = have;
    if (Object.keys(body).length > 0) {
      const answer = await attempt(`Failed to Update Firewall ${id}`, () =>
        client.put<Firewall>("framework", path, body),
      );
      updated = instant(answer.updated);
      status = answer.status;
    }
    if (["inbounds", "inboundPolicy", "outbounds", "outboundPolicy"].some((name) => changed.has(name))) {
      await attempt(`Failed to Update Rules for Firewall ${id}`, () =>
        client.put("framework", `${path}/rules`, rulesOf(plan)),
      );
    }
    if (changed.has("linodes") || changed.has("nodebalancers")) {
      await attempt(`Failed to Update Devices for Firewall ${id}`, () => setDevices(client, path, plan));
    }
    return { ...have, ...plan, updated, status };
  },
  async delete(id, _have, { client: { client } }) {
    await attempt(`Failed to Delete Firewall ${id}`, () => client.delete("framework", `/networking/firewalls/${id}`));
  },
});

function creation(plan: Properties): object {
  const { label, tags } = plan;
  const [linodes, nodebalancers] = [ids(plan.linodes), ids(plan.nodebalancers)];
  const devices = {
    ...(linodes.length > 0 ? { linodes } : {}),
    ...(nodebalancers.length > 0 ? { nodebalancers } : {}),
  };
  return { label, rules: rulesOf(plan), ...(Array.isArray(tags) && tags.length > 0 ? { tags } : {}), devices };
}

function updateOf({ plan, changed }: UpdateRequest): object {
  const status = plan.disabled === true ? "disabled" : "enabled";
  return {
    ...(changed.has("label") ? { label: plan.label } : {}),
    ...(changed.has("disabled") ? { status } : {}),
    ...(changed.has("tags") ? { tags: plan.tags } : {}),
  };
}

function rulesOf({ inbounds, inboundPolicy, outbounds, outboundPolicy }: Properties): object {
  return {
    inbound: asRules(inbounds).map(ruleOf),
    inbound_policy: inboundPolicy,
    outbound: asRules(outbounds).map(ruleOf),
    outbound_policy: outboundPolicy,
  };
}

function ruleOf({ action, label, description, ports, protocol, ipv4s, ipv6s }: Properties): object {
  return {
    action,
    label,
    ...(description ? { description } : {}),
    ...(ports ? { ports } : {}),
    protocol,
    addresses: { ...(ipv4s ? { ipv4: ipv4s } : {}), ...(ipv6s ? { ipv6: ipv6s } : {}) },
  };
}

/** Adds what is missing, then removes what is too much. */
async function setDevices(client: LinodeClient, path: string, plan: Properties): Promise<void> {
  const wanted = [
    ...ids(plan.linodes).map((id) => ({ id, type: "linode" })),
    ...ids(plan.nodebalancers).map((id) => ({ id, type: "nodebalancer" })),
  ];
  const there = await client.list<FirewallDevice>("framework", `${path}/devices`);
  const same = (device: FirewallDevice, item: { id: number; type: string }) =>
    device.entity.id === item.id && device.entity.type === item.type;
  for (const item of wanted) {
    if (!there.some((device) => same(device, item))) await client.post("framework", `${path}/devices`, item);
  }
  for (const device of there) {
    if (!wanted.some((item) => same(device, item))) await client.delete("framework", `${path}/devices/${device.id}`);
  }
}

function stateOf(found: Firewall, rules: FirewallRules, devices: FirewallDevice[]): Properties {
  const entities = (type: string) =>
    sorted(devices.filter(({ entity }) => entity.type === type).map(({ entity }) => entity.id));
  return {
    label: found.label,
    tags: sorted(found.tags),
    disabled: found.status === "disabled",
    inbounds: rules.inbound.map(ruleState),
    inboundPolicy: rules.inbound_policy,
    outbounds: rules.outbound.map(ruleState),
    outboundPolicy: rules.outbound_policy,
    linodes: entities("linode"),
    nodebalancers: entities("nodebalancer"),
    devices: devices.map(({ id, entity }) => ({
      entityId: entity.id,
      id,
      label: entity.label,
      type: entity.type,
      url: entity.url,
    })),
    status: found.status,
    created: instant(found.created),
    updated: instant(found.updated),
  };
}

/** Absent and empty members are left out, as the framework leaves out what is null. */
function ruleState({ action, label, description, ports, protocol, addresses }: FirewallRule): Value {
  const { ipv4, ipv6 } = addresses ?? {};
  return {
    action,
    label,
    description: description ?? "",
    protocol,
    ...(ports ? { ports } : {}),
    ...(ipv4 && ipv4.length > 0 ? { ipv4s: ipv4 } : {}),
    ...(ipv6 && ipv6.length > 0 ? { ipv6s: ipv6 } : {}),
  };
}

function asRules(value: Value | undefined): Properties[] {
  return Array.isArray(value) ? (value as Properties[]) : [];
}

function ids(value: Value | undefined): number[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "number") : [];
}
