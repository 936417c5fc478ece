import { createHash } from "node:crypto";
import type { Cloud } from "../cloud";
import { addressesOf, block, dotted, number } from "../models/addresses";
import { isActive } from "../models/configs";
import { devicesOf } from "../models/devices";
import { linodeEntity } from "../models/events";
import { vpcInterfaces } from "../models/interfaces";
import { subnetsOf, vpcRanges } from "../models/vpcs";
import { must } from "../errors";
import type { Address, Device, Firewall, Linode, Subnet, Vpc } from "../records";

export function firewall(cloud: Cloud, row: Firewall) {
  return {
    id: row.id,
    label: row.label,
    created: row.created,
    updated: row.updated,
    status: row.status,
    rules: rules(row),
    tags: row.tags,
    entities: devicesOf(cloud, row.id).map((one) => deviceEntity(cloud, one)),
  };
}

/** `fingerprint` is eight hex digits of the rules. */
export function rules({ rules: set, version }: Firewall) {
  const fingerprint = createHash("sha256").update(JSON.stringify(set)).digest("hex").slice(0, 8);
  return { ...set, version, fingerprint };
}

export function device(cloud: Cloud, row: Device) {
  return { id: row.id, created: row.created, updated: row.updated, entity: deviceEntity(cloud, row) };
}

function deviceEntity({ store }: Cloud, { linode }: Device) {
  return { ...linodeEntity(must(store.get("linode", linode))), parent_entity: null };
}

export function vpc(cloud: Cloud, row: Vpc) {
  return {
    id: row.id,
    label: row.label,
    description: row.description,
    region: row.region,
    ipv4: vpcRanges.map((range) => ({ range })),
    ipv6: null,
    subnets: subnetsOf(cloud, row.id).map((one) => subnet(cloud, one)),
    vpc_type: "regular",
    created: row.created,
    updated: row.updated,
  };
}

export function subnet(cloud: Cloud, row: Subnet) {
  const inside = vpcInterfaces(cloud, row.vpc).filter(({ one }) => one.subnet === row.id);
  const linodes = [...new Set(inside.map(({ config }) => config.linode))].map((id) => ({
    id,
    interfaces: inside
      .filter(({ config }) => config.linode === id)
      .map(({ config, one }) => ({ id: one.id, active: isActive(cloud, config), config_id: config.id })),
  }));
  return {
    id: row.id,
    label: row.label,
    ipv4: row.ipv4,
    ipv6: null,
    linodes,
    databases: [],
    nodebalancers: [],
    vpc_type: "regular",
    created: row.created,
    updated: row.updated,
  };
}

/** Addresses of one VPC, or of all. */
export function vpcAddresses(cloud: Cloud, only?: number) {
  return vpcInterfaces(cloud, only).map(({ config, one }) => {
    const { base, prefix, size } = block(must(cloud.store.get("subnet", one.subnet)).ipv4);
    return {
      address: one.address,
      address_range: null,
      vpc_id: one.vpc,
      subnet_id: one.subnet,
      region: must(cloud.store.get("vpc", one.vpc)).region,
      linode_id: config.linode,
      config_id: config.id,
      interface_id: one.id,
      nodebalancer_id: null,
      database_id: null,
      active: isActive(cloud, config),
      nat_1_1: null,
      gateway: dotted(base + 1),
      prefix,
      subnet_mask: dotted(2 ** 32 - size),
    };
  });
}

export function address({ store }: Cloud, row: Address) {
  const linode = store.get("linode", row.linode);
  const network = number(row.id) & ~255;
  return {
    address: row.id,
    gateway: row.public ? dotted(network + 1) : null,
    subnet_mask: row.public ? "255.255.255.0" : "255.255.128.0",
    prefix: row.public ? 24 : 17,
    type: "ipv4",
    public: row.public,
    rdns: row.rdns ?? (row.public ? `${row.id.replaceAll(".", "-")}.ip.linodeusercontent.com` : null),
    linode_id: row.linode,
    interface_id: null,
    region: row.region,
    vpc_nat_1_1: null,
    reserved: false,
    assigned_entity: linode ? linodeEntity(linode) : null,
  };
}

export function slaac(linode: Linode) {
  return ipv6(linode, linode.ipv6, true);
}

function ipv6(linode: Linode, text: string, isPublic: boolean) {
  return {
    address: text,
    gateway: "fe80::1",
    subnet_mask: "ffff:ffff:ffff:ffff::",
    prefix: 64,
    type: "ipv6",
    rdns: null,
    linode_id: linode.id,
    region: linode.region,
    public: isPublic,
  };
}

export function instanceAddresses(cloud: Cloud, linode: Linode) {
  const all = addressesOf(cloud, linode.id);
  return {
    ipv4: {
      public: all.filter((one) => one.public).map((one) => address(cloud, one)),
      private: all.filter((one) => !one.public).map((one) => address(cloud, one)),
      shared: [],
      reserved: [],
      vpc: vpcAddresses(cloud).filter((one) => one.linode_id === linode.id),
    },
    ipv6: {
      slaac: slaac(linode),
      link_local: ipv6(linode, `fe80::${linode.ipv6.split(":").at(-1) ?? "1"}`, false),
      global: [],
      vpc: [],
    },
  };
}
