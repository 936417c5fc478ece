import * as command from "@pulumi/command";
import * as linode from "@pulumi/linode";
import * as pulumi from "@pulumi/pulumi";
import { dnsRecords, type DnsRecord, recordsText, relativeName } from "../render/dnsRecords";

export interface DnsRecordsArgs {
  /** Whether records are made here. @default false: they are told only */
  manage: boolean;
  /** Zone at Linode that holds all names, e.g. `example.org`. It has to exist, and is never made or deleted. */
  zone?: string;
  /** Names that should point to the web server. */
  names: string[];
  ipv4: pulumi.Input<string>;
  /** Empty when there is none. */
  ipv6: pulumi.Input<string>;
  /** Label of the web server's Linode: records that lead there already are ours. */
  label: string;
}

/** A and AAAA records of the site's names: made in a zone that exists, or just told. */
export class DnsRecords extends pulumi.ComponentResource {
  /** The records that the names need, one a line, as in a zone file. */
  readonly text: pulumi.Output<string>;
  /** @throws Error for a name outside of the zone, before anything is made */
  constructor(name: string, args: DnsRecordsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("trinode:index:DnsRecords", name, {}, opts);
    const { manage, zone, names, ipv4, ipv6, label } = args;
    const records = dnsRecords(names);
    this.text = pulumi.all([ipv4, ipv6]).apply(([v4, v6]) => recordsText(records, { A: v4, AAAA: v6 }));
    if (manage) {
      if (!zone) throw new Error("trinode:dns.zone: is needed when dns.manage is true");
      this.create(name, zone, label, records, { A: ipv4, AAAA: ipv6 });
    }
    this.registerOutputs({ text: this.text });
  }

  private create(
    name: string,
    zone: string,
    machine: string,
    records: DnsRecord[],
    targets: Record<DnsRecord["type"], pulumi.Input<string>>,
  ): void {
    // Checked first, so that a name in the wrong zone leaves nothing behind.
    const relative = records.map((record) => ({ ...record, relative: relativeName(record.name, zone) }));
    const free = this.lookWhetherFree(
      `${name}-free`,
      zone,
      machine,
      relative.map(({ relative: label, type }) => ({ name: label, type })),
    );
    const domainId = pulumi.output(findZone(zone, this));
    for (const { name: host, type, relative: label } of relative) {
      new linode.DomainRecord(
        `${name}-${host}-${type.toLowerCase()}`,
        { domainId, name: label, recordType: type, target: targets[type], ttlSec: 300 },
        { parent: this, dependsOn: free },
      );
    }
  }

  /** Before the first record of a name: Linode takes a second one beside one that leads elsewhere. */
  private lookWhetherFree(name: string, zone: string, label: string, records: { name: string; type: string }[]) {
    const request = pulumi.output({ zone, label, records, token: new pulumi.Config("linode").getSecret("token") });
    const create = "node --import tsx cli/dns/look.ts";
    const stdin = pulumi.secret(request.apply(JSON.stringify));
    return new command.local.Command(name, { create, update: create, stdin }, { parent: this });
  }
}

async function findZone(domain: string, parent: pulumi.Resource): Promise<number> {
  try {
    return Number((await linode.getDomain({ domain }, { parent })).id);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `trinode:dns.zone: the zone "${domain}" can't be read at Linode: ${why}. Make it there first, or set dns.manage to false.`,
      { cause },
    );
  }
}
