import * as fs from "node:fs";
import * as path from "node:path";
import type { FirewallRules, HostSpec } from "../driver";

/** What is known of a host between runs of this process. No password is in it. */
export interface HostRecord {
  spec: HostSpec;
  /** The image's directory, which the disk is a layer on. */
  image: string;
  firewall: FirewallRules | null;
}

export class Records {
  private readonly hosts: string;

  constructor(directory: string) {
    this.hosts = path.join(directory, "hosts");
  }

  /** All hosts with a disk. A disk whose making was interrupted has no record and is not there. */
  load(): Map<number, HostRecord> {
    const found = new Map<number, HostRecord>();
    for (const id of this.directories()) {
      const file = this.file(id);
      if (fs.existsSync(file)) found.set(id, JSON.parse(fs.readFileSync(file, "utf8")) as HostRecord);
    }
    return found;
  }

  /** Ids of all hosts that anything is kept of here, finished or not. */
  directories(): number[] {
    if (!fs.existsSync(this.hosts)) return [];
    return fs
      .readdirSync(this.hosts)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  }

  save(record: HostRecord): void {
    const { rootPassword: _password, userData: _userData, ...spec } = record.spec;
    const file = this.file(spec.id);
    fs.writeFileSync(`${file}.part`, JSON.stringify({ ...record, spec }, null, 1), { mode: 0o600 });
    fs.renameSync(`${file}.part`, file);
  }

  private file(id: number): string {
    return path.join(this.hosts, String(id), "host.json");
  }
}
