import { exitCodes, sentence, SiteError } from "./failure";
import { type MachineBackup, MachineBackups, snapshotLabel } from "./machineBackups";
import type { Server } from "./servers";
import { table } from "./table";

type Machine = Pick<Server, "id" | "label" | "name">;

/** What Linode has of a machine. */
export interface OfMachine {
  name: string;
  label: string;
  /** The newest first. */
  backups: MachineBackup[];
}

export interface Snapshot {
  name: string;
  label: string;
  /** Linode's id. */
  snapshot: number;
}

/** A snapshot of each, side by side. Begins none where one of them can have none. @throws SiteError unless all were made */
export async function takeSnapshots(machines: Machine[], why: string): Promise<Snapshot[]> {
  const linode = new MachineBackups();
  const say = (line: string) => process.stderr.write(`${line}\n`);
  await eachOf(machines, (machine) => linode.mustBeEnabled(machine));
  const label = snapshotLabel(why);
  return eachOf(machines, async (machine) => {
    const { id } = await linode.snapshot(machine, label, say);
    return { name: machine.name, label: machine.label, snapshot: id };
  });
}

/** What Linode has of each; nothing is asked without a token. */
export async function listMachines(machines: Machine[]): Promise<{ machines: OfMachine[]; unseen: string[] }> {
  if (!process.env.LINODE_TOKEN) return { machines: [], unseen: [] };
  const linode = new MachineBackups();
  const found = await Promise.allSettled(machines.map((machine) => linode.of(machine)));
  return {
    machines: found.flatMap((one, i) =>
      one.status === "fulfilled" ? [{ name: machines[i]!.name, label: machines[i]!.label, backups: one.value }] : [],
    ),
    unseen: found.flatMap((one, i) =>
      one.status === "rejected" ? [`Linode's backups of ${machines[i]!.label}: ${sentence(one.reason)}`] : [],
    ),
  };
}

/** Nothing where there are none. */
export function machinesTable(machines: OfMachine[]): string {
  const rows = machines.flatMap(({ name, label, backups }) =>
    backups.map((one) => [name, label, String(one.id), `${one.created}Z`, one.type, one.label ?? ""]),
  );
  if (rows.length === 0) return "";
  return `\n\n${table([["MACHINE", "AT LINODE", "BACKUP", "WHEN", "KIND", "LABEL"], ...rows])}`;
}

/** All of them, whatever becomes of one. @throws SiteError with each that failed */
async function eachOf<T>(machines: Machine[], work: (machine: Machine) => Promise<T>): Promise<T[]> {
  const done = await Promise.allSettled(machines.map(work));
  const failed = done.flatMap((one) => (one.status === "rejected" ? [sentence(one.reason)] : []));
  if (failed.length > 0) throw new SiteError(failed.join("\n"), exitCodes.failed);
  return done.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
