import { LinodeApi } from "../linodeApi";
import { SiteError } from "./failure";
import { pause } from "./power";
import type { Server } from "./servers";

/** One of Linode's own backups of a machine, as the API lists it. */
export interface MachineBackup {
  id: number;
  type: "auto" | "snapshot";
  status: string;
  /** ISO, without a zone: UTC. */
  created: string;
  label: string | null;
}

interface Instance {
  type: string;
  region: string;
  backups: { enabled: boolean };
}

interface Prices {
  price: { monthly: number | null };
  region_prices: { id: string; monthly: number | null }[];
}

type Machine = Pick<Server, "id" | "label" | "name">;

/** What Linode itself keeps of whole machines. */
export class MachineBackups {
  private readonly api = new LinodeApi(process.env);

  /** @throws SiteError without a token */
  constructor() {
    if (!process.env.LINODE_TOKEN)
      throw new SiteError(
        "for Linode's own backups, LINODE_TOKEN is needed in the environment (read and write for Linodes).",
      );
  }

  /** Those that can be brought back, the newest first. */
  async of({ id }: Machine): Promise<MachineBackup[]> {
    const path = `/linode/instances/${id}/backups`;
    const { automatic, snapshot } = await this.api.call<{
      automatic: MachineBackup[];
      snapshot: { current: MachineBackup | null };
    }>("GET", path);
    return [...automatic, ...(snapshot.current ? [snapshot.current] : [])]
      .filter(({ status }) => status === "successful")
      .sort((a, b) => (a.created < b.created ? 1 : -1));
  }

  /** @throws SiteError where Linode's backups are off: what they cost, and the key that sets them */
  async mustBeEnabled({ id, label }: Machine): Promise<void> {
    const { type, region, backups } = await this.api.call<Instance>("GET", `/linode/instances/${id}`);
    if (backups.enabled) return;
    const { addons } = await this.api.call<{ addons: { backups: Prices } }>("GET", `/linode/types/${type}`);
    const { price, region_prices: regions } = addons.backups;
    const monthly = regions.find((one) => one.id === region)?.monthly ?? price.monthly ?? 0;
    throw new SiteError(
      `Linode's backups of ${label} are off: ${monthly.toFixed(2)} US dollars a month for its plan ${type}. To have them: pulumi config set --path trinode:backups.machines true && pulumi up`,
    );
  }

  /** A copy of the whole machine while it runs, in place of its former snapshot. Waits until it is made. */
  async snapshot(server: Machine, label: string, say: (line: string) => void): Promise<MachineBackup> {
    await this.mustBeEnabled(server);
    const former = (await this.of(server)).find(({ type }) => type === "snapshot");
    say(
      `${server.name}: snapshot of ${server.label} begins${former ? `; it replaces the one of ${former.created}Z` : ""}`,
    );
    const path = `/linode/instances/${server.id}/backups`;
    const { id } = await this.api.call<MachineBackup>("POST", path, { label });
    const made = await this.until(() => this.api.call<MachineBackup>("GET", `${path}/${id}`), {
      ended: ({ status }) => ["successful", "failed", "userAborted"].includes(status),
      waiting: (minutes) => say(`${server.name}: still being made after ${minutes} min`),
    });
    if (made.status !== "successful")
      throw new SiteError(
        `${server.name}: the snapshot of ${server.label} came to "${made.status}". The former one is kept. See the machine's page at Linode.`,
      );
    say(`${server.name}: made`);
    return made;
  }

  /** The machine's disks become what the copy is. It is off before, and stays off. @throws SiteError when Linode could not */
  async bringBack(server: Machine, backup: number, say: (line: string) => void): Promise<void> {
    const filter = { action: "backups_restore", "entity.id": server.id, "entity.type": "linode" };
    const events = () => this.events(filter);
    const before = new Set((await events()).map(({ id }) => id));
    const path = `/linode/instances/${server.id}/backups/${backup}/restore`;
    await this.api.call("POST", path, { linode_id: server.id, overwrite: true });
    const ended = await this.until(async () => (await events()).find(({ id }) => !before.has(id)), {
      ended: (event) => event?.status === "finished" || event?.status === "failed",
      waiting: (minutes) => say(`${server.name}: still being brought back after ${minutes} min`),
    });
    if (ended?.status !== "finished")
      throw new SiteError(`${server.name}: Linode could not bring it back: ${ended?.message || "it does not say why"}`);
  }

  private async events(filter: object): Promise<{ id: number; status: string; message: string }[]> {
    const headers = { "x-filter": JSON.stringify({ ...filter, "+order_by": "created", "+order": "desc" }) };
    const list = await this.api.call<{ data: { id: number; status: string; message: string }[] }>(
      "GET",
      "/account/events",
      undefined,
      headers,
    );
    return list.data;
  }

  private async until<T>(
    look: () => Promise<T>,
    { ended, waiting }: { ended: (found: T) => boolean; waiting: (minutes: number) => void },
  ): Promise<T> {
    const [begun, every] = [Date.now(), Number(process.env.LINODE_EVENT_POLL_MS ?? 4000)];
    for (let told = 1; ; await pause(every)) {
      const found = await look();
      if (ended(found)) return found;
      const minutes = Math.floor((Date.now() - begun) / 60_000);
      if (minutes >= told) waiting(minutes);
      told = Math.max(told, minutes + 1);
    }
  }
}

/** What a snapshot that this makes is called. */
export const snapshotLabel = (why: string, now = new Date()): string =>
  `trinode ${why} ${now.toISOString().slice(0, 16)}Z`;
