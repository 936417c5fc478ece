import ipaddr from "ipaddr.js";
import type { Cloud } from "../cloud";
import { invalid, must, notFound, notHere } from "../errors";
import type { Address, Linode } from "../records";
import type { AddAddress, AllocateAddress, UpdateAddress } from "../schemas/networking";
import { Checks } from "./checks";

/** The first addresses of a block are the network's own. */
const reserved = 16;
const privateBlock = { base: number("192.168.128.0"), size: 1 << 15 };

/** IPv4 as a number. */
export function number(address: string): number {
  return ipaddr.IPv4.parse(address).octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

/** And back. */
export function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

/** Base and size of e.g. `198.18.0.0/20`. */
export function block(cidr: string): { base: number; size: number; prefix: number } {
  const [address, prefix] = ipaddr.IPv4.parseCIDR(cidr);
  return {
    base: number(ipaddr.IPv4.networkAddressFromCIDR(`${address.toString()}/${prefix}`).toString()),
    size: 2 ** (32 - prefix),
    prefix,
  };
}

/** Gives a Linode the next free public IPv4, inside of a write. Addresses come back as late as possible: ssh remembers them. */
export function allocatePublic(cloud: Cloud, linode: Linode): Address {
  const { base, size } = block(cloud.driver.network.publicIpv4);
  // As at Linode a network is a /24: its first address is the gateway.
  const usable = (index: number) => index >= reserved && ![0, 1, 255].includes((base + index) & 255);
  return allocate(cloud, linode, "public", base, size, usable);
}

/** Gives a Linode the next free address of 192.168.128.0/17, inside of a write. */
export function allocatePrivate(cloud: Cloud, linode: Linode): Address {
  const usable = (index: number) => index >= reserved && ![0, 255].includes(index & 255);
  return allocate(cloud, linode, "private", privateBlock.base, privateBlock.size, usable);
}

/** The IPv6 that goes with a public IPv4: the same place in the network's prefix. Without a prefix length. */
export function ipv6Beside(cloud: Cloud, ipv4: string): string {
  const index = number(ipv4) - block(cloud.driver.network.publicIpv4).base;
  const [network] = ipaddr.IPv6.parseCIDR(cloud.driver.network.publicIpv6);
  const parts = [...network.parts];
  parts[7] = index;
  return new ipaddr.IPv6(parts).toRFC5952String();
}

export function addressesOf({ store }: Cloud, linode: number): Address[] {
  return store.list("address", (address) => address.linode === linode);
}

/** By its text, in any spelling; IPv6 of a Linode too. @throws ApiError 404 */
export function findAddress({ store }: Cloud, text: string): { address: Address } | { slaac: Linode } {
  const address = store.get("address", text);
  if (address) return { address };
  if (!ipaddr.IPv6.isValid(text)) throw notFound();
  const ipv6 = ipaddr.IPv6.parse(text).toRFC5952String();
  return { slaac: must(store.list("linode", (linode) => linode.ipv6 === ipv6)[0]) };
}

/** POST /linode/instances/{id}/ips. https://techdocs.akamai.com/linode-api/reference/post-add-linode-ip */
export function add(cloud: Cloud, linode: Linode, body: AddAddress): Address {
  const checks = new Checks();
  checks.that(body.type === "ipv4", "Only addresses of type ipv4 are currently supported.");
  if (body.address)
    checks.that(
      false,
      body.public ? "Address must be reserved and must be currently unassigned." : "Cannot reserve a private address.",
      "address",
    );
  checks.done();
  const mine = addressesOf(cloud, linode.id);
  if (!body.public && mine.some((one) => !one.public)) throw invalid("Linode already has a private IP address.");
  return cloud.store.write(() => (body.public ? allocatePublic(cloud, linode) : allocatePrivate(cloud, linode)));
}

/** POST /networking/ips. https://techdocs.akamai.com/linode-api/reference/post-allocate-ip */
export function allocateFor(cloud: Cloud, body: AllocateAddress): Address {
  if (body.reserved) throw notHere("Reserving addresses", "reserved");
  if (body.linode_id == null)
    throw invalid("Linode is a required argument when not reserving an IP address.", "linode_id");
  const linode = cloud.store.get("linode", body.linode_id);
  if (!linode) throw invalid("Linode is not active", "linode_id");
  if (body.region && body.region !== linode.region)
    throw invalid("Region passed in must match Linode's region.", "region");
  return add(cloud, linode, { type: body.type, public: body.public });
}

/** DELETE /linode/instances/{id}/ips/{address}. https://techdocs.akamai.com/linode-api/reference/delete-linode-ip */
export function remove(cloud: Cloud, linode: Linode, text: string): void {
  const address = must(addressesOf(cloud, linode.id).find((one) => one.id === text));
  if (!address.public) throw invalid("Private IP addresses can not be removed.");
  if (addressesOf(cloud, linode.id).filter((one) => one.public).length === 1) {
    throw invalid("You must have at least one public IP address.");
  }
  cloud.store.write(() => cloud.store.remove("address", address.id));
}

/** Sets the name of an address, `null` for the default one. https://techdocs.akamai.com/linode-api/reference/put-ip */
export function update(cloud: Cloud, address: Address, body: UpdateAddress): Address {
  if (body.reserved) throw notHere("Reserving addresses", "reserved");
  if (body.rdns === undefined) return address;
  const rdns = body.rdns === null || body.rdns === "" ? null : body.rdns.toLowerCase().replace(/\.$/, "");
  if (rdns !== null) {
    if (!/^(?=.{1,253}$)([a-z0-9_]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/.test(rdns))
      throw invalid("Domain is not valid.", "rdns");
    if (!resolves(cloud, rdns, address.id)) {
      throw invalid(`We were unable to perform a lookup for '${rdns}' that answers ${address.id}.`, "rdns");
    }
  }
  return cloud.store.write(() => cloud.store.update("address", address.id, { rdns }));
}

/** By a zone of this account, or by the public services whose names hold the address. Other names are not known here. */
function resolves({ store }: Cloud, name: string, address: string): boolean {
  if ([`${address}.nip.io`, `${address}.sslip.io`].some((service) => name === service || name.endsWith(`.${service}`)))
    return true;
  return store
    .list("record", (record) => record.type === "A" && record.target === address)
    .some((record) => {
      const zone = store.get("domain", record.domain)?.domain;
      return zone !== undefined && name === (record.name ? `${record.name}.${zone}` : zone);
    });
}

function allocate(
  { store }: Cloud,
  linode: Linode,
  kind: "public" | "private",
  base: number,
  size: number,
  usable: (index: number) => boolean,
): Address {
  const cursor = Number(store.get("setting", `${kind}Address`)?.value.last ?? reserved - 1);
  for (let step = 1; step <= size; step++) {
    const index = (cursor + step) % size;
    if (!usable(index) || store.get("address", dotted(base + index))) continue;
    store.put("setting", { id: `${kind}Address`, value: { last: index } });
    return store.put("address", {
      id: dotted(base + index),
      linode: linode.id,
      public: kind === "public",
      region: linode.region,
      rdns: null,
    });
  }
  throw invalid(`There is no free ${kind} IPv4 address left.`);
}
