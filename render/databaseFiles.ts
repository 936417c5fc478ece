import { file, type HostFile } from "./hostFile";
import { fill } from "./template";

/** Login that `@pulumi/postgresql` uses: makes databases and roles, is no superuser. */
export const adminRole = "trinode_admin";

/** Where `scripts/drill.sh` restores a copy: the site's own checks are run there. */
const drillDatabase = "trinode_drill";

export interface DatabaseSettings {
  /** The plan's memory in MB; PostgreSQL is sized by it. */
  memoryMb: number;
  /** Whether the site runs on the same machine, whose memory is then shared. */
  shared: boolean;
  /** The site's database, and the role that owns its data: members of it may log in to it. */
  name: string;
  ownerRole: string;
  /** Where the application servers are, e.g. `10.0.0.12/32`. */
  clients: string[];
  /** Where operators are. */
  operatorCidrs: string[];
}

/** PostgreSQL's configuration, wherever the distribution's release keeps its own. */
export function databaseFiles(settings: DatabaseSettings): HostFile[] {
  return [
    // Read when the package makes the cluster: checksums can't be had later without taking it away.
    file("/etc/postgresql-common/createcluster.d/trinode.conf", 0o644, "initdb_options = '--data-checksums'\n"),
    file(
      "/etc/trinode/postgresql.conf",
      0o640,
      fill("postgresql/postgresql.conf", memorySizes(settings)),
      "root",
      "postgres",
    ),
    file("/etc/trinode/pg_hba.conf", 0o640, fill("postgresql/pg_hba.conf", accessLines(settings)), "root", "postgres"),
  ];
}

/** A quarter of the memory for shared buffers, as PostgreSQL's manual advises for a server of its own; half of that beside a site. */
export function memorySizes({ memoryMb, shared }: Pick<DatabaseSettings, "memoryMb" | "shared">) {
  const own = shared ? memoryMb / 2 : memoryMb;
  return {
    memoryMb,
    maxConnections: Math.min(200, Math.max(40, Math.round(own / 20))),
    sharedBuffersMb: Math.round(own / 4),
    effectiveCacheMb: Math.round((own * 5) / 8),
    workMemMb: Math.max(4, Math.round(own / 256)),
    maintenanceWorkMemMb: Math.round(own / 16),
  };
}

function accessLines({ name, ownerRole, clients, operatorCidrs }: DatabaseSettings) {
  const site = (address: string) =>
    `hostssl   "${name}",${drillDatabase}   +"${ownerRole}"   ${address}   scram-sha-256`;
  return {
    adminRole,
    siteLines: ["127.0.0.1/32", ...clients].map(site).join("\n"),
    operatorLines: operatorCidrs
      .map((cidr) => `hostssl   all   ${adminRole}   ${cidr}   scram-sha-256 clientcert=verify-ca`)
      .join("\n"),
  };
}
