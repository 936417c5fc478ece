import * as fs from "node:fs";
import { networkName } from "../hosts/nspawn/addressing";
import { Cgroup } from "../hosts/nspawn/cgroup";
import { apiProcess } from "./api";
import { apiUrl, inside, type Instance } from "./instance";

interface LinodeSummary {
  id: number;
  label: string;
  status: string;
  type: string;
  ipv4: string[];
  ipv6: string | null;
}

interface Page<Item> {
  data: Item[];
}

/** What stands here and how to reach it. Gives the exit code: 0 when the API runs, 3 when not, as `systemctl status`. */
export async function showStatus(instance: Instance): Promise<number> {
  if (apiProcess(instance) === undefined) {
    console.log("The local Linode is not running. Start it: npm run local -- up");
    return 3;
  }
  const call = caller(instance);
  const linodes = (await call<Page<LinodeSummary>>("/v4/linode/instances?page_size=500")).data;
  console.log(`API       ${apiUrl(instance)}/v4   state ${instance.directory}, slot ${instance.slot}`);
  console.log(`Clients   source ${inside(instance, "env")}`);
  console.log(`Hosts     ${linodes.length === 0 ? "none" : ""}`);
  for (const linode of linodes) await showLinode(instance, linode, call);
  const { copies } = await call<{ copies: { bytes: number }[] }>("/local/status");
  const bytes = copies.reduce((sum, one) => sum + one.bytes, 0);
  if (copies.length > 0) console.log(`Backups   ${copies.length} of whole disks, ${megabytes(bytes)} on this disk`);
  return 0;
}

async function showLinode(instance: Instance, linode: LinodeSummary, call: Caller): Promise<void> {
  const firewalls = (await call<Page<{ label: string }>>(`/v4/linode/instances/${linode.id}/firewalls`)).data;
  const memory = memoryOf(instance, linode.id);
  console.log(`  ${linode.label} (${linode.id}, ${linode.type}): ${linode.status}${memory}`);
  console.log(`    addresses  ${[...linode.ipv4, linode.ipv6 ?? ""].filter(Boolean).join("  ")}`);
  console.log(`    firewall   ${firewalls.map(({ label }) => label).join(", ") || "none: everything passes"}`);
  if (linode.status === "running") {
    console.log(`    connect    ssh -i ${inside(instance, "ssh/id_ed25519")} root@${linode.ipv4[0]}`);
  }
}

/** What the host uses now, read from its control group, where there is one. */
function memoryOf(instance: Instance, id: number): string {
  const { memoryBytes, memoryLimitBytes } = new Cgroup(`${networkName(instance.slot)}/${id}`).usage();
  return memoryLimitBytes > 0 ? `, memory ${megabytes(memoryBytes)} of ${megabytes(memoryLimitBytes)}` : "";
}

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`;

type Caller = <Answer>(path: string) => Promise<Answer>;

function caller(instance: Instance): Caller {
  const token = fs.readFileSync(inside(instance, "token"), "utf8").trim();
  return async <Answer>(path: string) => {
    const answer = await fetch(apiUrl(instance) + path, { headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  };
}
