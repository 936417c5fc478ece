import { LinodeApi } from "../linodeApi";
import { SiteError } from "./failure";
import type { Server } from "./servers";

interface Instance {
  id: number;
  label: string;
  status: string;
}

type Machine = Pick<Server, "id" | "label">;

/** Switches Linodes off and on, through Linode's API. */
export class Power {
  private readonly api = new LinodeApi(process.env);

  /** @throws SiteError without a token */
  constructor() {
    if (!process.env.LINODE_TOKEN)
      throw new SiteError("to switch Linodes, LINODE_TOKEN is needed in the environment (read and write for Linodes).");
  }

  async isOn({ id }: Machine): Promise<boolean> {
    return (await this.look(id)).status === "running";
  }

  /** Waits until it is off. */
  async off(server: Machine): Promise<void> {
    if ((await this.look(server.id)).status === "offline") return;
    await this.api.call("POST", `/linode/instances/${server.id}/shutdown`, {});
    await this.until(server, "offline");
  }

  /** Waits until it runs; SSH may need some seconds more. */
  async on(server: Machine): Promise<void> {
    if (await this.isOn(server)) return;
    await this.api.call("POST", `/linode/instances/${server.id}/boot`, {});
    await this.until(server, "running");
  }

  private look(id: number): Promise<Instance> {
    return this.api.call<Instance>("GET", `/linode/instances/${id}`);
  }

  private async until({ id, label }: Machine, wanted: string): Promise<void> {
    for (const end = Date.now() + 300_000; ; await pause(Number(process.env.LINODE_EVENT_POLL_MS ?? 3000))) {
      const { status } = await this.look(id);
      if (status === wanted) return;
      if (Date.now() > end) throw new SiteError(`${label} is still ${status} after five minutes, not ${wanted}.`);
    }
  }
}

/** Milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
