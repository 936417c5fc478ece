/** Turning a Linode on and off. Source: terraform-provider-linode 3.1.1, linode/instance/helpers.go (handleBootedUpdate). */
import { act, deadline, waitForStatus } from "../poll";
import type { LinodeInstance } from "../shapes";
import type { Work } from "./update";

/** How long a state like `booting` may take to pass. */
const TRANSIENT_SECONDS = 120;

/** Boots or shuts down where the program says `booted`. */
export async function changePower(work: Work, config: number): Promise<void> {
  const { client, linode, path, want, number, until } = work;
  if (want.booted === undefined || want.booted === null) return;
  const status = await nonTransientStatus(work);
  if (want.booted === true && status !== "running") {
    await act(linode, number, "linode_boot", () => client.post("sdk", `${path}/boot`, { config_id: config }), until);
  }
  if (want.booted === false && status !== "offline") {
    await act(linode, number, "linode_shutdown", () => client.post("sdk", `${path}/shutdown`), until);
  }
}

/** `running` or `offline`, after what is under way has ended. */
export async function nonTransientStatus({ client, linode, path, number, until }: Work): Promise<string> {
  const { status } = await client.get<LinodeInstance>("sdk", path);
  const ends: Record<string, string> = { booting: "running", rebooting: "running", shutting_down: "offline" };
  const target = ends[status];
  if (target !== undefined) {
    return (await waitForStatus(linode, number, target, deadline(TRANSIENT_SECONDS, until.signal))).status;
  }
  if (status === "running" || status === "offline") return status;
  throw new Error(`cannot wait for instance to exit transient status ${status}`);
}
