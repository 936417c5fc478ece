import ipaddr from "ipaddr.js";
import { regions } from "../catalog";
import type { Cloud } from "../cloud";
import { invalid, must } from "../errors";
import type { Entity, Subnet, Vpc } from "../records";
import type { CreateSubnet, CreateVpc, UpdateVpc } from "../schemas/networking";
import { linodeTime } from "../time";
import { block } from "./addresses";
import { Checks, given } from "./checks";
import { notify } from "./events";
import { vpcInterfaces } from "./interfaces";

/** RFC 1918, without the range of Linode's private addresses, 192.168.128.0/17. */
export const vpcRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/17"];

export const find = ({ store }: Cloud, id: number): Vpc => must(store.get("vpc", id));
export const subnetsOf = ({ store }: Cloud, vpc: number): Subnet[] =>
  store.list("subnet", (subnet) => subnet.vpc === vpc);
export const findSubnet = (cloud: Cloud, vpc: number, id: number): Subnet =>
  must(subnetsOf(cloud, find(cloud, vpc).id).find((subnet) => subnet.id === id));

/** https://techdocs.akamai.com/linode-api/reference/post-vpc */
export function create(cloud: Cloud, body: CreateVpc): Vpc {
  const checks = new Checks();
  checkLabel(cloud, checks, body.label);
  if (checks.that(regions.has(body.region), "region is not valid", "region")) {
    checks.that(
      regions.get(body.region)?.capabilities.includes("VPCs") === true,
      "VPCs are not available in this region",
      "region",
    );
  }
  checks.that(!body.ipv6?.length, "IPv6 in a VPC is not available on the local Linode.", "ipv6");
  checks.that(
    body.vpc_type == null || body.vpc_type === "regular",
    "Only regular VPCs are available on the local Linode.",
    "vpc_type",
  );
  const subnets = body.subnets ?? [];
  subnets.forEach((subnet, index) => checkSubnet(checks, subnet, subnets.slice(0, index), `subnets[${index}].`));
  checks.done();
  return cloud.store.write(() => {
    const now = linodeTime();
    const { label, region } = body;
    const vpc = cloud.store.put("vpc", {
      id: cloud.store.nextId(),
      label,
      description: body.description ?? "",
      region,
      created: now,
      updated: now,
    });
    for (const subnet of subnets) putSubnet(cloud, vpc.id, subnet);
    notify(cloud, "vpc_create", vpcEntity(vpc));
    return vpc;
  });
}

export function update(cloud: Cloud, id: number, body: UpdateVpc): Vpc {
  const vpc = find(cloud, id);
  const checks = new Checks();
  if (body.label != null && body.label !== vpc.label) checkLabel(cloud, checks, body.label);
  checks.done();
  return cloud.store.write(() => {
    const changed = cloud.store.update("vpc", id, {
      ...given({ label: body.label, description: body.description }),
      updated: linodeTime(),
    });
    notify(cloud, "vpc_update", vpcEntity(changed));
    return changed;
  });
}

export function remove(cloud: Cloud, id: number): void {
  const vpc = find(cloud, id);
  if (vpcInterfaces(cloud, id).length > 0)
    throw invalid("All resources must be removed from the VPC's subnets before it can be deleted.");
  cloud.store.write(() => {
    for (const subnet of subnetsOf(cloud, id)) cloud.store.remove("subnet", subnet.id);
    cloud.store.remove("vpc", id);
    notify(cloud, "vpc_delete", vpcEntity(vpc));
  });
}

/** https://techdocs.akamai.com/linode-api/reference/post-vpc-subnet */
export function createSubnet(cloud: Cloud, vpc: number, body: CreateSubnet): Subnet {
  const { id } = find(cloud, vpc);
  const checks = new Checks();
  const others = subnetsOf(cloud, id);
  checkSubnet(checks, body, others);
  checks.done();
  return cloud.store.write(() => {
    const subnet = putSubnet(cloud, id, body);
    notify(cloud, "subnet_create", subnetEntity(subnet), vpcEntity(find(cloud, vpc)));
    return subnet;
  });
}

export function updateSubnet(cloud: Cloud, vpc: number, id: number, label: string | null | undefined): Subnet {
  const subnet = findSubnet(cloud, vpc, id);
  if (label == null || label === subnet.label) return subnet;
  const checks = new Checks();
  checkSubnetLabel(checks, label, subnetsOf(cloud, vpc), "");
  checks.done();
  return cloud.store.write(() => cloud.store.update("subnet", id, { label, updated: linodeTime() }));
}

export function removeSubnet(cloud: Cloud, vpc: number, id: number): void {
  const subnet = findSubnet(cloud, vpc, id);
  if (vpcInterfaces(cloud, vpc).some(({ one }) => one.subnet === id)) {
    throw invalid("All resources must be removed from the subnet before it can be deleted.");
  }
  cloud.store.write(() => {
    cloud.store.remove("subnet", id);
    notify(cloud, "subnet_delete", subnetEntity(subnet), vpcEntity(find(cloud, vpc)));
  });
}

function checkLabel({ store }: Cloud, checks: Checks, label: string): void {
  checks.that(/^[a-zA-Z0-9_-]+$/.test(label), labelRule, "label");
  checks.that(
    store.list("vpc", (other) => other.label === label).length === 0,
    "Label must be unique among your VPCs",
    "label",
  );
}

/** As recorded in 2026. */
const labelRule = "Must only use ASCII letters, numbers, and underscores/dashes";

function checkSubnetLabel(checks: Checks, label: string, others: { label: string }[], at: string): void {
  checks.that(/^[a-zA-Z0-9_-]+$/.test(label), labelRule, `${at}label`);
  checks.that(
    !others.some((other) => other.label === label),
    "Label must be unique among the VPC's subnets",
    `${at}label`,
  );
}

function checkSubnet(
  checks: Checks,
  { label, ipv4 }: CreateSubnet,
  others: { label: string; ipv4: string }[],
  at = "",
): void {
  checkSubnetLabel(checks, label, others, at);
  const field = `${at}ipv4`;
  if (!checks.that(isNetwork(ipv4), "Must be an IPv4 network", field)) return;
  const prefix = block(ipv4).prefix;
  checks.that(prefix >= 1 && prefix <= 29, "Prefix must be between 1 and 29", field);
  checks.that(
    vpcRanges.some((range) => contains(range, ipv4)),
    `Must be within ${vpcRanges.join(", ")}`,
    field,
  );
  const other = others.find((one) => isNetwork(one.ipv4) && (contains(one.ipv4, ipv4) || contains(ipv4, one.ipv4)));
  checks.that(!other, `Overlaps with subnet ${other?.label ?? ""} (${other?.ipv4 ?? ""})`, field);
}

/** CIDR form, without bits beyond the prefix. */
function isNetwork(cidr: string): boolean {
  if (!ipaddr.IPv4.isValidCIDRFourPartDecimal(cidr)) return false;
  return ipaddr.IPv4.networkAddressFromCIDR(cidr).toString() === cidr.split("/")[0];
}

function contains(outer: string, inner: string): boolean {
  const [a, b] = [block(outer), block(inner)];
  return a.base <= b.base && b.base + b.size <= a.base + a.size;
}

function putSubnet({ store }: Cloud, vpc: number, { label, ipv4 }: CreateSubnet): Subnet {
  const now = linodeTime();
  return store.put("subnet", { id: store.nextId(), vpc, label, ipv4, created: now, updated: now });
}

const vpcEntity = ({ id, label }: Vpc): Entity => ({ id, type: "vpc", label, url: `/v4/vpcs/${id}` });
const subnetEntity = ({ id, label, vpc }: Subnet): Entity => ({
  id,
  type: "subnet",
  label,
  url: `/v4/vpcs/${vpc}/subnets/${id}`,
});
