import type { Cloud } from "../cloud";
import { invalid, must, notHere } from "../errors";
import type { Device, Entity, Firewall, Linode } from "../records";
import type { CreateDevice } from "../schemas/networking";
import { linodeTime } from "../time";
import { linodeEntity, notify } from "./events";

export const find = ({ store }: Cloud, firewall: number, id: number): Device =>
  must(store.list("device", (device) => device.id === id && device.firewall === firewall)[0]);

export const devicesOf = ({ store }: Cloud, firewall: number): Device[] =>
  store.list("device", (device) => device.firewall === firewall);

export const firewallEntity = ({ id, label }: Firewall): Entity => ({
  id,
  type: "firewall",
  label,
  url: `/v4/networking/firewalls/${id}`,
});

/** Puts a Linode behind a firewall. https://techdocs.akamai.com/linode-api/reference/post-firewall-device */
export async function create(cloud: Cloud, firewall: Firewall, { id, type }: CreateDevice): Promise<Device> {
  if (type !== "linode") throw notHere(`A firewall device of type ${type}`, "type");
  const linode = cloud.store.get("linode", id);
  if (!linode || linode.status === "deleting") throw invalid("id is not valid", "id");
  mustHaveNone(cloud, linode, "id");
  const device = cloud.store.write(() => attach(cloud, firewall, linode));
  await cloud.hosts.applyFirewall(id);
  return device;
}

/** @throws ApiError when another firewall has it: a Linode has one at most. */
export function mustHaveNone({ store }: Cloud, linode: Linode, field: string): void {
  if (store.list("device", (device) => device.linode === linode.id).length > 0) {
    throw invalid(`Linode ${linode.label} (ID ${linode.id}) is already assigned to another Cloud Firewall.`, field);
  }
}

/** Inside of a write; the host is told by whoever calls, or when it boots. */
export function attach(cloud: Cloud, firewall: Firewall, linode: Linode): Device {
  const now = linodeTime();
  const id = cloud.store.nextId();
  notify(cloud, "firewall_device_add", firewallEntity(firewall), linodeEntity(linode));
  return cloud.store.put("device", { id, firewall: firewall.id, linode: linode.id, created: now, updated: now });
}

export async function remove(cloud: Cloud, firewall: Firewall, id: number): Promise<void> {
  const device = find(cloud, firewall.id, id);
  cloud.store.write(() => {
    const linode = cloud.store.get("linode", device.linode);
    cloud.store.remove("device", id);
    notify(cloud, "firewall_device_remove", firewallEntity(firewall), linode ? linodeEntity(linode) : null);
  });
  await cloud.hosts.applyFirewall(device.linode);
}
