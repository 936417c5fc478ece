/**
 * Puts a Linode behind a firewall, unless it is. Run by the program (`components/linodeHost.ts`) when the firewall is another one.
 * Standard input: `AttachRequest` as JSON. Environment: LINODE_TOKEN and LINODE_URL, where the request has no token.
 * Exit: 0 it is behind it, 1 it is not.
 */
import { text } from "node:stream/consumers";
import { LinodeApi } from "../linodeApi";

export interface AttachRequest {
  linode: number;
  firewall: number;
  /** Linode's. @default that of the environment */
  token?: string;
}

async function main(): Promise<void> {
  const { linode, firewall, token } = JSON.parse(await text(process.stdin)) as AttachRequest;
  const api = new LinodeApi({ ...process.env, ...(token && { LINODE_TOKEN: token }) });
  const its = await api.find<{ id: number; label: string }>(`/linode/instances/${linode}/firewalls`, {});
  if (its.some(({ id }) => id === firewall)) return;
  const [other] = its;
  if (other)
    throw new Error(
      `Linode ${linode} is behind another firewall, ${other.label} (${other.id}), and can have one only. ` +
        "Take it out of that one in Linode's pages, then: pulumi up",
    );
  await api.call("POST", `/networking/firewalls/${firewall}/devices`, { id: linode, type: "linode" });
  console.log(`Linode ${linode} was behind no firewall, and is behind ${firewall} now.`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
