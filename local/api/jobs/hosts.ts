import ipaddr from "ipaddr.js";
import type { FirewallRule, FirewallRules, HostDriver, HostLink, HostSpec, NameRecord } from "../../hosts/driver";
import { must } from "../errors";
import type { Config, Deployment, Disk, Domain, DomainRecord, Firewall, Interface, Linode, Rule } from "../records";
import type { Store } from "../store";
import { types } from "../catalog";

/** Keeps what hosts have as the store says: always the newest state, one change of a host after the other. */
export class Hosts {
  private readonly turns = new Map<number | "names", Promise<void>>();

  constructor(
    private readonly store: Store,
    private readonly driver: HostDriver,
  ) {}

  /** Whether the Linode has a machine here: one of its disks was made from an image. */
  exists(linode: number): boolean {
    return this.rootDisk(linode) !== undefined;
  }

  rootDisk(linode: number): Disk | undefined {
    return this.store.list("disk", (disk) => disk.linode === linode && disk.image !== null)[0];
  }

  /** The machine as the Linode's config wants it. @param deployment only when its disk is made */
  spec(linode: Linode, config: Config | undefined, deployment?: Deployment): HostSpec {
    const plan = must(types.get(linode.type));
    const disks = this.store.list("disk", (disk) => disk.linode === linode.id);
    const swap = disks.filter((disk) => disk.filesystem === "swap").reduce((sum, disk) => sum + disk.size, 0);
    const root = this.rootDisk(linode.id);
    return {
      id: linode.id,
      label: linode.label,
      image: deployment?.image ?? root?.image ?? "",
      plan: { memoryMb: plan.memory, vcpus: plan.vcpus, diskMb: root?.size ?? plan.disk - swap, swapMb: swap },
      links: this.links(linode, config),
      authorizedKeys: deployment?.authorizedKeys ?? [],
      ...(deployment?.rootPassword ? { rootPassword: deployment.rootPassword } : {}),
      ...(deployment?.userData ? { userData: Buffer.from(deployment.userData, "base64") } : {}),
    };
  }

  /** Makes the host's firewall what the API says. One whose disk is still being made gets it when it boots. */
  applyFirewall(linode: number): Promise<void> {
    return this.inTurn(linode, async () => {
      const made = this.rootDisk(linode)?.status === "ready";
      if (made) await this.driver.setFirewall(linode, this.firewallOf(linode));
    });
  }

  /** Makes the names that hosts resolve what the zones say. */
  applyNames(): Promise<void> {
    return this.inTurn("names", () => this.driver.setNames(this.names()));
  }

  /** Without Network Helper only the first interface comes up with its address: images ask for it by DHCP. */
  private links(linode: Linode, config: Config | undefined): HostLink[] {
    const { interfaces = [], helpers = { network: true } } = config ?? {};
    if (interfaces.length === 0) return [{ purpose: "public", addresses: this.publicAddresses(linode) }];
    return interfaces.map((one, index) => ({
      ...this.link(linode, one),
      ...(helpers.network || index === 0 ? {} : { configured: false }),
    }));
  }

  private link(linode: Linode, one: Interface): HostLink {
    if (one.purpose === "public") return { purpose: "public", addresses: this.publicAddresses(linode) };
    const subnet = must(this.store.get("subnet", one.subnet));
    const subnets = this.store.list("subnet", (other) => other.vpc === one.vpc).map((other) => other.ipv4);
    const prefix = subnet.ipv4.split("/")[1] ?? "";
    return { purpose: "vpc", addresses: [`${one.address}/${prefix}`], vpc: { id: one.vpc, subnets } };
  }

  private publicAddresses(linode: Linode): string[] {
    const all = this.store.list("address", (address) => address.linode === linode.id);
    return [
      ...all.filter((address) => address.public).map((address) => `${address.id}/24`),
      ...all.filter((address) => !address.public).map((address) => `${address.id}/17`),
      `${linode.ipv6}/64`,
    ];
  }

  private firewallOf(linode: number): FirewallRules | null {
    const device = this.store.list("device", (one) => one.linode === linode)[0];
    const firewall = device && this.store.get("firewall", device.firewall);
    return firewall && firewall.status === "enabled" ? driverRules(firewall) : null;
  }

  private names(): NameRecord[] {
    const domains = new Map(
      this.store.list("domain", (domain) => domain.status === "active").map((one) => [one.id, one]),
    );
    return this.store.list("record").flatMap((record) => {
      const domain = domains.get(record.domain);
      return domain && domain.type === "master" ? nameRecord(domain, record) : [];
    });
  }

  private inTurn(key: number | "names", work: () => Promise<void>): Promise<void> {
    const before = this.turns.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(work);
    this.turns.set(key, turn);
    const done = () => {
      if (this.turns.get(key) === turn) this.turns.delete(key);
    };
    turn.then(done, done);
    return turn;
  }
}

function driverRules({ rules }: Firewall): FirewallRules {
  return {
    inbound: (rules.inbound ?? []).map(driverRule),
    inboundPolicy: rules.inbound_policy,
    outbound: (rules.outbound ?? []).map(driverRule),
    outboundPolicy: rules.outbound_policy,
  };
}

function driverRule({ action, protocol, ports, addresses }: Rule): FirewallRule {
  return {
    action,
    protocol,
    ...(ports ? { ports } : {}),
    ...(addresses.ipv4?.length ? { ipv4: addresses.ipv4 } : {}),
    ...(addresses.ipv6?.length ? { ipv6: addresses.ipv6 } : {}),
  };
}

function nameRecord(domain: Domain, record: DomainRecord): NameRecord[] {
  if (record.type === "PTR") return [];
  const name = record.name ? `${record.name}.${domain.domain}` : domain.domain;
  return [{ name, type: record.type, value: zoneValue(domain, record), ...priority(record) }];
}

function priority(record: DomainRecord): { priority?: number } {
  return record.type === "MX" || record.type === "SRV" ? { priority: record.priority } : {};
}

/** As a zone file has it, the priority aside. */
function zoneValue(domain: Domain, record: DomainRecord): string {
  switch (record.type) {
    case "A":
    case "AAAA":
      return record.target === "[remote_addr]" ? "127.0.0.1" : ipaddr.parse(record.target).toString();
    case "SRV":
      return `${record.weight} ${record.port} ${absolute(record.target)}`;
    case "CAA":
      return `0 ${record.tag ?? "issue"} "${record.target}"`;
    case "TXT":
      return record.target;
    default:
      return absolute(record.target || domain.domain);
  }
}

const absolute = (name: string): string => name.replace(/\.$/, "");
