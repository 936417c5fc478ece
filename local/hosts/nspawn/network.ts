import * as fs from "node:fs";
import type { HostLink } from "../driver";
import { type Addresses, addressesOf, hostNamespace, linkDevice, networkName, UPLINK } from "./addressing";
import { run } from "./command";
import { passForeignFirewall, unpassForeignFirewall } from "./foreignFirewall";
import { firstAddress } from "./guest";
import { type FirewalledHost, renderOperatorRuleset, renderRuleset } from "./ruleset";
import { raiseSettings, restoreSettings } from "./kernelSettings";

/** Rules that send a VPC's links to the VPC's own table come before all others. */
const VPC_RULE_PREFERENCE = 100;
/** A Linode has up to three interfaces. */
const MAX_LINKS = 3;
/** Routing tables of VPCs; smaller numbers belong to this machine. */
const VPC_TABLE_BASE = 10_000;

/** `nft -f -` through a pipe: nftables 1.0.9, Ubuntu 24.04's, takes a regular file or a pipe, and Node.js gives a socket. */
const NFT: [string, string[]] = ["sh", ["-c", "cat | nft -f -"]];

/**
 * The hosts' network: a namespace with one link to this machine and one to each interface of each host. It routes
 * between all of them, so every packet passes the namespace's nftables.
 */
export class Network {
  readonly name: string;
  readonly addresses: Addresses;

  constructor(private readonly slot: number) {
    this.name = networkName(slot);
    this.addresses = addressesOf(slot);
  }

  /** Makes what is missing. */
  async up(): Promise<void> {
    if (!namespaceExists(this.name)) await run("ip", ["netns", "add", this.name]);
    await this.inside(["sysctl", "-q", "-p", "-"], NAMESPACE_SYSCTLS);
    if (!fs.existsSync(`/sys/class/net/${this.name}`)) {
      await run("ip", ["link", "add", this.name, "type", "veth", "peer", "name", UPLINK, "netns", this.name]);
    }
    await this.inside(["ip", "-batch", "-"], insideBatch(this.addresses));
    await run("ip", ["-batch", "-"], { input: outsideBatch(this.name, this.addresses) });
    await run(...NFT, { input: renderOperatorRuleset(this.name, this.addresses) });
    await passForeignFirewall(this.name);
    raiseSettings(this.slot);
  }

  /** Removes the namespace with everything in it, the link, the nft table, and gives back what was changed here. */
  async down(): Promise<void> {
    for (const namespace of namespaces().filter((name) => name === this.name || name.startsWith(`${this.name}-`))) {
      await run("ip", ["netns", "del", namespace]);
    }
    await removeLink(this.name);
    await run(...NFT, { input: `table inet ${this.name} {}\ndelete table inet ${this.name}\n` });
    await unpassForeignFirewall(this.name);
    restoreSettings(this.slot);
  }

  /** Replaces all hosts' firewalls in one step. */
  async applyRules(hosts: FirewalledHost[], options: { mail: boolean }): Promise<void> {
    await this.inside(NFT.flat(), renderRuleset(hosts, { addresses: this.addresses, ...options }));
  }

  /** Gives a host, which must not be running, a namespace with its links. */
  async connect(id: number, links: HostLink[]): Promise<void> {
    if (namespaceExists(hostNamespace(this.slot, id))) await this.disconnect(id);
    const make = async () => {
      const namespace = hostNamespace(this.slot, id);
      await run("ip", ["netns", "add", namespace]);
      const batch = links.flatMap((link, index) => linkBatch(linkDevice(id, index), index, namespace, link));
      await this.inside(["ip", "-batch", "-"], batch.join("\n"));
    };
    // Something may be left of an earlier boot that was interrupted.
    await make().catch(() => this.disconnect(id).then(make));
  }

  /** Removes a host's namespace, and with it its links and routes. */
  async disconnect(id: number): Promise<void> {
    const namespace = hostNamespace(this.slot, id);
    if (namespaceExists(namespace)) await run("ip", ["netns", "del", namespace]);
    if (!namespaceExists(this.name)) return;
    // The kernel removes a dead namespace's links some time later; the next boot needs their names now.
    const devices = Array.from({ length: MAX_LINKS }, (_, index) => linkDevice(id, index));
    const batch = devices.flatMap((device) => [`link del ${device}`, `rule del iif ${device}`]);
    // "-force": one that is not there does not stop the others.
    await this.inside(["ip", "-force", "-batch", "-"], batch.join("\n")).catch(() => undefined);
  }

  /** Bytes of each link since it was made, as the host counts them. */
  async counters(id: number): Promise<{ name: string; receivedBytes: number; sentBytes: number }[]> {
    const all = JSON.parse(await this.inside(["ip", "-s", "-j", "link"])) as LinkStatistics[];
    return all
      .filter(({ ifname }) => deviceOwner(ifname) === id)
      .map(({ ifname, stats64 }) => ({
        name: `eth${ifname.split("e").pop()}`,
        receivedBytes: stats64.tx.bytes,
        sentBytes: stats64.rx.bytes,
      }));
  }

  /** Runs a program in the hosts' network. */
  inside(command: string[], input = ""): Promise<string> {
    return run("nsenter", [`--net=/run/netns/${this.name}`, "--", ...command], { input });
  }
}

interface LinkStatistics {
  ifname: string;
  stats64: { rx: { bytes: number }; tx: { bytes: number } };
}

const deviceOwner = (device: string) => Number(/^h(\d+)e\d+$/.exec(device)?.[1] ?? NaN);

/** Names of namespaces that `ip netns` knows. */
export function namespaces(): string[] {
  return fs.existsSync("/run/netns") ? fs.readdirSync("/run/netns") : [];
}

/** The kernel may be removing it already, since its other end has gone with the namespace. */
async function removeLink(name: string): Promise<void> {
  const there = () => fs.existsSync(`/sys/class/net/${name}`);
  if (!there()) return;
  await run("ip", ["link", "del", name]).catch((error: unknown) => {
    if (there()) throw error;
  });
}

const namespaceExists = (name: string) => namespaces().includes(name);

/** The network answers ARP for every address behind another link, at once: hosts never see each other's frames. */
const NAMESPACE_SYSCTLS = `
net.ipv4.ip_unprivileged_port_start = 0
net.ipv4.ip_forward = 1
net.ipv6.conf.all.forwarding = 1
net.ipv4.conf.all.rp_filter = 0
net.ipv4.conf.default.rp_filter = 0
net.ipv4.conf.default.proxy_arp = 1
net.ipv4.conf.all.send_redirects = 0
net.ipv4.conf.default.send_redirects = 0
net.ipv6.conf.default.accept_ra = 0
net.ipv6.conf.default.accept_dad = 0
`;

function insideBatch(addresses: Addresses): string {
  return `link set lo up
addr replace ${addresses.gateway}/32 dev lo
addr replace ${addresses.acme}/32 dev lo
addr replace ${addresses.objects}/32 dev lo
addr replace ${addresses.gateway6}/128 dev lo nodad
link set ${UPLINK} up
addr replace fe80::1/64 dev ${UPLINK} nodad
route replace ${addresses.operator} dev ${UPLINK} src ${addresses.gateway}
route replace default via ${addresses.operator} dev ${UPLINK} onlink src ${addresses.gateway}
route replace blackhole ${addresses.publicIpv4}
route replace ${addresses.operator6} dev ${UPLINK} src ${addresses.gateway6}
route replace blackhole ${addresses.publicIpv6}
route replace unreachable ::/0 metric 1
`;
}

function outsideBatch(device: string, addresses: Addresses): string {
  return `addr replace ${addresses.operator}/32 dev ${device}
addr replace ${addresses.operator6}/128 dev ${device} nodad
link set ${device} up
route replace ${addresses.gateway} dev ${device} src ${addresses.operator}
route replace ${addresses.publicIpv4} via ${addresses.gateway} dev ${device} onlink src ${addresses.operator}
route replace ${addresses.publicIpv6} via fe80::1 dev ${device} src ${addresses.operator6}
`;
}

function linkBatch(device: string, index: number, namespace: string, link: HostLink): string[] {
  const made = [
    `link add ${device} type veth peer name eth${index} netns ${namespace}`,
    // Answers for the other hosts without the delay that several answering machines would need.
    `ntable change name arp_cache dev ${device} proxy_delay 0`,
  ];
  return link.purpose === "vpc"
    ? [...made, ...vpcRoutes(device, link), `link set ${device} up`, ...toHost(device, link, vpcTable(link))]
    : [...made, `link set ${device} up`, `addr add fe80::1/64 dev ${device} nodad`, ...toHost(device, link, "main")];
}

const vpcTable = (link: HostLink) => String(VPC_TABLE_BASE + (link.vpc?.id ?? 0));

/**
 * What comes from a VPC's link is looked up in the VPC's table alone. The subnets' first addresses are gateways: local
 * there, so that ARP for them is answered.
 */
function vpcRoutes(device: string, link: HostLink): string[] {
  const table = vpcTable(link);
  const gateways = new Set((link.vpc?.subnets ?? []).filter((subnet) => !subnet.includes(":")).map(firstAddress));
  return [
    `rule add pref ${VPC_RULE_PREFERENCE} iif ${device} lookup ${table}`,
    `route replace blackhole default table ${table}`,
    ...[...gateways].map((gateway) => `route replace local ${gateway} dev lo table ${table}`),
  ];
}

function toHost(device: string, link: HostLink, table: string): string[] {
  return link.addresses.map((cidr) => {
    const address = cidr.split("/")[0];
    return `route replace ${address} dev ${device} table ${table}`;
  });
}
