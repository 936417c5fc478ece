import * as fs from "node:fs";
import * as path from "node:path";
import type { NameRecord } from "../driver";
import { OBJECTS_DOMAIN } from "../objects/clusters";
import type { Addresses } from "./addressing";
import type { Cgroup } from "./cgroup";
import { Service } from "./service";

/** The authority's name, for the hosts' ACME clients. */
export const ACME_NAME = "acme.linode.test";

/**
 * The hosts' resolver: the names of the Domains API, and all others as this machine resolves them. Two dnsmasq: one in
 * the hosts' network, one here that asks this machine's resolvers, which may be reachable from here only (127.0.0.53).
 */
export class Names {
  private readonly directory: string;
  private readonly upstream: Service;
  private readonly resolver: Service;

  constructor(
    directory: string,
    network: string,
    private readonly addresses: Addresses,
    group: Cgroup,
  ) {
    this.directory = path.join(directory, "network");
    const common = ["dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--no-hosts", "--bind-interfaces"];
    this.upstream = new Service({
      name: "dns-upstream",
      directory: this.directory,
      group,
      command: [
        ...common,
        `--listen-address=${addresses.operator}`,
        "--except-interface=lo",
        "--pid-file=",
        "--user=root",
        "--no-negcache",
        // Hosts have no IPv6 to the internet: an address they cannot reach would cost them an attempt each time.
        "--filter-AAAA",
      ],
    });
    this.resolver = new Service({
      name: "dns",
      directory: this.directory,
      group,
      command: [
        "nsenter",
        `--net=/run/netns/${network}`,
        "--",
        ...common.map((option) => option.replace("/dev/null", path.join(this.directory, "dns.conf"))),
        `--listen-address=${addresses.gateway},${addresses.gateway6}`,
        "--no-resolv",
        `--server=${addresses.operator}`,
        "--pid-file=",
        "--user=root",
        "--local-ttl=1",
        `--addn-hosts=${path.join(this.directory, "dns.hosts")}`,
      ],
    });
  }

  start(): void {
    fs.mkdirSync(this.directory, { recursive: true });
    // What was set last, until the API says what is so now.
    if (!fs.existsSync(path.join(this.directory, "dns.hosts"))) this.write([]);
    this.upstream.start();
    this.resolver.start();
  }

  /** Addresses are read again at once; other types need a restart, a moment without answers, only when they change. */
  async set(records: NameRecord[]): Promise<void> {
    const changed = this.write(records);
    if (changed.config) {
      await this.resolver.stop();
      this.resolver.start();
    } else if (changed.hosts) this.resolver.reload();
  }

  private write(records: NameRecord[]): { hosts: boolean; config: boolean } {
    const { hosts, config } = renderNames([
      ...records,
      { name: ACME_NAME, type: "A", value: this.addresses.acme },
      { name: `*.${OBJECTS_DOMAIN}`, type: "A", value: this.addresses.objects },
    ]);
    return { config: this.replace("dns.conf", config), hosts: this.replace("dns.hosts", hosts) };
  }

  /** Whether it was different. */
  private replace(name: string, content: string): boolean {
    const file = path.join(this.directory, name);
    if (fs.existsSync(file) && fs.readFileSync(file, "utf8") === content) return false;
    fs.writeFileSync(`${file}.part`, content);
    fs.renameSync(`${file}.part`, file);
    return true;
  }
}

/** dnsmasq's two files: addresses by name, and all the rest. A name with an NS record is a zone: nobody else is asked. */
export function renderNames(records: NameRecord[]): { hosts: string; config: string } {
  const isPlainAddress = ({ name, type }: NameRecord) => (type === "A" || type === "AAAA") && !name.startsWith("*.");
  const plain = records.filter(isPlainAddress);
  return {
    hosts: plain.map(({ name, value }) => `${value} ${name}\n`).join(""),
    config: records
      .filter((record) => !isPlainAddress(record))
      .map((record) => `${configLine(record)}\n`)
      .join(""),
  };
}

function configLine({ name, type, value: raw, priority }: NameRecord): string {
  // A line break would start another option of dnsmasq.
  const value = raw.replace(/[\r\n]+/g, " ");
  const target = value.replace(/\.$/, "");
  switch (type) {
    case "A":
    case "AAAA":
      return `address=/${name.slice(2)}/${value}`;
    case "CNAME":
      return `cname=${name},${target}`;
    case "TXT":
      return `txt-record=${name},${quote(value)}`;
    case "MX":
      return `mx-host=${name},${target},${priority ?? 0}`;
    case "SRV": {
      const [weight = "0", port = "0", host = ""] = target.split(/\s+/);
      return `srv-host=${name},${host},${port},${priority ?? 0},${weight}`;
    }
    case "CAA": {
      const [flags = "0", tag = "issue", ...rest] = value.split(/\s+/);
      return `caa-record=${name},${flags},${tag},${rest.join(" ").replace(/^"|"$/g, "")}`;
    }
    case "NS":
      return `local=/${name}/`;
  }
}

/** A TXT record's value, which may be one quoted string or a bare one, as dnsmasq takes it. */
const quote = (value: string) => `"${value.replace(/^"|"$/g, "").replace(/(["\\])/g, "\\$1")}"`;
