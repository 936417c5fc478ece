import { LinodeApi } from "../linodeApi";
import { exitCodes, SiteError } from "./failure";
import { type MachineBackup, MachineBackups } from "./machineBackups";
import { pause, Power } from "./power";
import type { Server } from "./servers";
import type { Finding } from "./status/finding";

type Machine = Pick<Server, "id" | "label" | "name" | "roles">;

export interface MachineRestored {
  machine: string;
  /** Linode's id. */
  backup: number;
  created: string;
}

interface Config {
  id: number;
  label: string;
  interfaces: {
    purpose: string;
    primary?: boolean;
    subnet_id?: number | null;
    ipv4?: { vpc?: string | null } | null;
  }[];
}

/**
 * Makes a machine what Linode's backup of it is: switched off, brought back, with its place in the network, switched on.
 * @param wanted an id, or latest
 * @throws SiteError before anything is done unless the machine's label is said once more
 */
export async function restoreMachine(machine: Machine, wanted: string, yes?: string): Promise<MachineRestored> {
  const [linode, power] = [new MachineBackups(), new Power()];
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const backup = chosen(machine, await linode.of(machine), wanted);
  if (yes !== machine.label) throw new SiteError(losses(machine, backup), exitCodes.usage);
  const interfaces = await interfacesOf(machine);
  say(`${machine.name}: switching ${machine.label} off`);
  await power.off(machine);
  say(`${machine.name}: bringing back what it was at ${backup.created}Z`);
  await linode.bringBack(machine, backup.id, say);
  await putBack(machine, interfaces);
  say(`${machine.name}: switching ${machine.label} on`);
  await power.on(machine);
  return { machine: machine.name, backup: backup.id, created: backup.created };
}

/**
 * Its services come up after it does: PostgreSQL first finishes what it was at when the copy was made.
 * @throws SiteError with what is still not well after three minutes
 */
export async function untilWell(label: string, look: () => Promise<Finding[]>, seconds = 180): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ; await pause(2000)) {
    const ill = (await look()).filter(({ state }) => state === "unwell" || state === "unseen");
    if (ill.length === 0) return;
    if (Date.now() < end) continue;
    const what = ill.map(({ name, text }) => `${name}: ${text}`).join("; ");
    throw new SiteError(`${label} is brought back and runs, and is not well: ${what}. See: ./site status`);
  }
}

function chosen({ name, label }: Machine, backups: MachineBackup[], wanted: string): MachineBackup {
  const found = wanted === "latest" ? backups[0] : backups.find(({ id }) => String(id) === wanted);
  if (!found)
    throw new SiteError(
      backups.length === 0
        ? `Linode has no backup of ${label}. Have one made: ./site backup --machine ${name}`
        : `Linode has no backup ${wanted} of ${label}. There is: ${backups.map(({ id }) => id).join(", ")}, or latest`,
    );
  return found;
}

/** What is gone afterwards, by what the machine holds. */
function losses({ name, label, roles }: Machine, { id, created }: MachineBackup): string {
  const lost = [
    ...(roles.includes("database") ? ["all data that the site has written"] : []),
    ...(roles.includes("app") ? ["uploads and releases"] : []),
    "logs, the server's own copies, and what pulumi up has put there",
  ];
  return [
    `${label} would become what it was at ${created}Z. Lost is what it has got since: ${lost.join("; ")}.`,
    `The other machines stay as they are. To bring back data alone, there is ./site restore. If this is meant: ./site restore ${id} --machine ${name} --yes ${label}`,
  ].join("\n");
}

async function interfacesOf({ id }: Machine): Promise<Map<string, Config["interfaces"]>> {
  const configs = await new LinodeApi(process.env).find<Config>(`/linode/instances/${id}/configs`, {});
  return new Map(configs.map(({ label, interfaces }) => [label, interfaces]));
}

/** Whatever Linode makes of interfaces in a restore: without its address in the VPC, the machine is of no use. */
async function putBack({ id }: Machine, wanted: Map<string, Config["interfaces"]>): Promise<void> {
  const api = new LinodeApi(process.env);
  for (const config of await api.find<Config>(`/linode/instances/${id}/configs`, {})) {
    const interfaces = (wanted.get(config.label) ?? [...wanted.values()][0] ?? []).map(asked);
    if (JSON.stringify(interfaces) !== JSON.stringify(config.interfaces.map(asked)))
      await api.call("PUT", `/linode/instances/${id}/configs/${config.id}`, { interfaces });
  }
}

/** An interface as it is asked for. */
function asked({ purpose, primary, subnet_id, ipv4 }: Config["interfaces"][number]) {
  const place = subnet_id != null && { subnet_id, ipv4: { vpc: ipv4?.vpc } };
  return { purpose, primary: primary ?? false, ...place };
}
