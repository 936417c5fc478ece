import type { HostLink, HostSpec } from "../driver";
import type { Addresses } from "./addressing";

/** A file inside a host. Owned by root. */
export interface GuestFile {
  path: string;
  mode: number;
  content: string | Buffer;
}

/** What a new disk gets: who the host is, who may log in, and how to reach the world. */
export function diskFiles(spec: HostSpec, machineId: string): GuestFile[] {
  return [
    file("/etc/hostname", `${spec.label}\n`),
    file("/etc/hosts", `127.0.0.1 localhost\n127.0.1.1 ${spec.label}\n\n::1 localhost ip6-localhost ip6-loopback\n`),
    file("/etc/machine-id", `${machineId}\n`, 0o444),
    file("/root/.ssh/authorized_keys", spec.authorizedKeys.map((key) => `${key.trim()}\n`).join(""), 0o600),
    ...(spec.userData ? cloudInitSeed(spec, spec.userData) : []),
  ];
}

/** The image has cloud-init switched off, since it costs seconds of every boot; user data switches it on. */
function cloudInitSeed(spec: HostSpec, userData: Buffer): GuestFile[] {
  const seed = "/var/lib/cloud/seed/nocloud";
  return [
    file(`${seed}/meta-data`, `instance-id: linode-${spec.id}\nlocal-hostname: ${spec.label}\n`),
    { path: `${seed}/user-data`, mode: 0o600, content: userData },
    // Addresses are the Network Helper's business, as at Linode.
    file("/etc/cloud/cloud.cfg.d/90-linode.cfg", "datasource_list: [NoCloud]\nnetwork: {config: disabled}\n"),
  ];
}

/** What Linode's Network Helper writes at each boot, one file per interface, and the resolver. */
export function bootFiles(spec: HostSpec, addresses: Addresses): GuestFile[] {
  return [
    file("/etc/resolv.conf", `nameserver ${addresses.gateway}\n`),
    ...spec.links.flatMap((link, index) =>
      link.configured === false
        ? []
        : [file(`/etc/systemd/network/05-eth${index}.network`, networkUnit(link, index, addresses))],
    ),
  ];
}

function networkUnit(link: HostLink, index: number, addresses: Addresses): string {
  return [
    "[Match]",
    `Name=eth${index}`,
    "",
    "[Network]",
    "DHCP=no",
    "IPv6AcceptRA=no",
    "LinkLocalAddressing=ipv6",
    ...link.addresses.flatMap(addressSection),
    ...(link.purpose === "public" ? defaultRoutes(link, addresses) : vpcRoutes(link)),
    "",
  ].join("\n");
}

function defaultRoutes(link: HostLink, addresses: Addresses): string[] {
  // The gateway may lie outside the address's own prefix: the block is larger than a /24.
  const ipv4 = ["", "[Route]", `Gateway=${addresses.gateway}`, "GatewayOnLink=yes"];
  const ipv6 = ["", "[Route]", "Gateway=fe80::1", "GatewayOnLink=yes"];
  return [...(hasFamily(link, 4) ? ipv4 : []), ...(hasFamily(link, 6) ? ipv6 : [])];
}

function addressSection(address: string): string[] {
  // Neighbours of an IPv6 prefix are reached through the network as well, which does not answer for them.
  const routed = address.includes(":") ? ["AddPrefixRoute=no", "DuplicateAddressDetection=none"] : [];
  return ["", "[Address]", `Address=${address}`, ...routed];
}

/** The other subnets of the VPC are behind the subnet's first address. */
function vpcRoutes(link: HostLink): string[] {
  const own = link.addresses.find((address) => !address.includes(":"));
  if (!own) return [];
  const gateway = firstAddress(own);
  return (link.vpc?.subnets ?? [])
    .filter((subnet) => !subnet.includes(":") && firstAddress(subnet) !== gateway)
    .flatMap((subnet) => ["", "[Route]", `Destination=${subnet}`, `Gateway=${gateway}`, "GatewayOnLink=yes"]);
}

const hasFamily = (link: HostLink, version: 4 | 6) =>
  link.addresses.some((address) => address.includes(":") === (version === 6));

/** `10.0.0.10/24` → `10.0.0.1`. */
export function firstAddress(cidr: string): string {
  const [address = "", prefix = "32"] = cidr.split("/");
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(prefix));
  const first = Math.floor(value / size) * size + 1;
  return [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(first / unit) % 256).join(".");
}

function file(path: string, content: string, mode = 0o644): GuestFile {
  return { path, mode, content };
}
