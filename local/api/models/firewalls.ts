import type { Cloud } from "../cloud";
import { must, notHere } from "../errors";
import type { Firewall, Linode } from "../records";
import type { CreateFirewall, RulesBody, UpdateFirewall } from "../schemas/networking";
import { linodeTime } from "../time";
import { Checks, given, isLabel, labelRule, tagsOf } from "./checks";
import { attach, devicesOf, firewallEntity, mustHaveNone } from "./devices";
import { notify } from "./events";
import { planRules } from "./rules";

export const find = ({ store }: Cloud, id: number): Firewall => must(store.get("firewall", id));

/** https://techdocs.akamai.com/linode-api/reference/post-firewalls */
export async function create(cloud: Cloud, body: CreateFirewall): Promise<Firewall> {
  const checks = new Checks();
  checkLabel(cloud, checks, body.label);
  const rules = planRules(checks, body.rules, "rules.");
  const linodes = (body.devices?.linodes ?? []).flatMap((id, index): Linode[] => {
    const linode = cloud.store.get("linode", id);
    checks.that(linode !== undefined, `Linode ${id} was not found`, `devices.linodes[${index}]`);
    return linode ? [linode] : [];
  });
  if (body.devices?.nodebalancers?.length) throw notHere("A NodeBalancer behind a firewall", "devices.nodebalancers");
  checks.done();
  for (const linode of linodes) mustHaveNone(cloud, linode, "devices.linodes");
  const firewall = cloud.store.write(() => {
    const now = linodeTime();
    const id = cloud.store.nextId();
    const made = {
      id,
      label: body.label,
      created: now,
      updated: now,
      status: "enabled" as const,
      tags: tagsOf(body.tags),
      rules,
      version: 1,
    };
    const put = cloud.store.put("firewall", made);
    notify(cloud, "firewall_create", firewallEntity(put));
    for (const linode of linodes) attach(cloud, put, linode);
    return put;
  });
  await applyTo(
    cloud,
    linodes.map((linode) => linode.id),
  );
  return firewall;
}

/** https://techdocs.akamai.com/linode-api/reference/put-firewall */
export async function update(cloud: Cloud, id: number, body: UpdateFirewall): Promise<Firewall> {
  const firewall = find(cloud, id);
  const checks = new Checks();
  if (body.label != null && body.label !== firewall.label) checkLabel(cloud, checks, body.label);
  checks.done();
  const { tags, ...fields } = body;
  const updated = cloud.store.write(() => {
    const changed = cloud.store.update("firewall", id, {
      ...given(fields),
      ...(tags ? { tags: tagsOf(tags) } : {}),
      updated: linodeTime(),
    });
    const enabling = body.status != null && body.status !== firewall.status;
    notify(
      cloud,
      enabling ? (body.status === "enabled" ? "firewall_enable" : "firewall_disable") : "firewall_update",
      firewallEntity(changed),
    );
    return changed;
  });
  if (updated.status !== firewall.status) await applyAll(cloud, id);
  return updated;
}

/** https://techdocs.akamai.com/linode-api/reference/put-firewall-rules */
export async function setRules(cloud: Cloud, id: number, body: RulesBody): Promise<Firewall> {
  const firewall = find(cloud, id);
  const checks = new Checks();
  const rules = planRules(checks, body);
  checks.done();
  const updated = cloud.store.write(() => {
    notify(cloud, "firewall_rules_update", firewallEntity(firewall));
    return cloud.store.update("firewall", id, { rules, version: firewall.version + 1, updated: linodeTime() });
  });
  await applyAll(cloud, id);
  return updated;
}

/** Its Linodes are without a firewall then. https://techdocs.akamai.com/linode-api/reference/delete-firewall */
export async function remove(cloud: Cloud, id: number): Promise<void> {
  const firewall = find(cloud, id);
  const devices = devicesOf(cloud, id);
  cloud.store.write(() => {
    for (const device of devices) cloud.store.remove("device", device.id);
    cloud.store.remove("firewall", id);
    notify(cloud, "firewall_delete", firewallEntity(firewall));
  });
  await applyTo(
    cloud,
    devices.map((device) => device.linode),
  );
}

function checkLabel({ store }: Cloud, checks: Checks, label: string): void {
  if (!checks.that(isLabel(label), labelRule, "label")) return;
  checks.that(
    store.list("firewall", (other) => other.label === label).length === 0,
    "Label must be unique among your Cloud Firewalls",
    "label",
  );
}

const applyAll = (cloud: Cloud, firewall: number): Promise<void> =>
  applyTo(
    cloud,
    devicesOf(cloud, firewall).map((device) => device.linode),
  );

async function applyTo(cloud: Cloud, linodes: number[]): Promise<void> {
  await Promise.all(linodes.map((linode) => cloud.hosts.applyFirewall(linode)));
}
