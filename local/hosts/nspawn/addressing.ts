import * as path from "node:path";

/** Where one instance of the local Linode keeps and names what it has on this machine. */
export interface Place {
  /** Disks, state and logs of this instance. */
  directory: string;
  /** 0…31: picks the addresses and names below, so that several instances live side by side. */
  slot: number;
  /** Built images, shared by all instances. */
  images: string;
  /** What hosts download, kept for the next host; shared by all instances. */
  cache: string;
}

/** The public block of a slot and the addresses in it that belong to the network itself. */
export interface Addresses {
  publicIpv4: string;
  publicIpv6: string;
  /** Gateway, resolver and package cache of the hosts. */
  gateway: string;
  gateway6: string;
  /** This machine, as the hosts see it. */
  operator: string;
  operator6: string;
  /** The authority for the hosts' certificates. */
  acme: string;
  /** Object Storage. */
  objects: string;
}

const BASE = (198 << 24) | (18 << 16);

export function addressesOf(slot: number): Addresses {
  const ipv4 = (offset: number) => {
    const value = (BASE + slot * 4096 + offset) >>> 0;
    return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
  };
  const prefix6 = slot === 0 ? "2001:2::" : `2001:2:0:${slot.toString(16)}::`;
  return {
    publicIpv4: `${ipv4(0)}/20`,
    publicIpv6: `${prefix6}/64`,
    gateway: ipv4(1),
    gateway6: `${prefix6}1`,
    operator: ipv4(2),
    operator6: `${prefix6}2`,
    acme: ipv4(5),
    objects: ipv4(6),
  };
}

/** Name of the namespace, of its link to this machine, of the nft table here and of the cgroups. */
export const networkName = (slot: number) => `trinode${slot}`;

/** The namespace of one host. */
export const hostNamespace = (slot: number, id: number) => `trinode${slot}-${id}`;

/** The network's end of a host's link. Interface names have at most 15 characters. */
export const linkDevice = (id: number, index: number) => `h${id}e${index}`;

/** The network's end of its link to this machine. */
export const UPLINK = "uplink";

export const hostDirectory = (place: Place, id: number) => path.join(place.directory, "hosts", String(id));
