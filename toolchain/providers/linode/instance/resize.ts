/** Another plan for a Linode. Source: terraform-provider-linode 3.1.1, linode/instance/helpers.go (changeInstanceType). */
import { setTimeout as sleep } from "node:timers/promises";
import { act, waitForStatus } from "../poll";
import type { Disk, InstanceType, LinodeInstance } from "../shapes";
import type { Work } from "./update";

/** The official provider's own pace here, whatever `eventPollMs` says. */
const DISK_POLL_MS = 5000;

export async function changeType(work: Work, type: InstanceType): Promise<void> {
  const { client, linode, path, plan, number, until } = work;
  const withDisk = plan.resizeDisk === true;
  if (withDisk) await checkImplicitDisks(work, type);
  if (plan.migrationType === "warm") await client.get<LinodeInstance>("sdk", path);
  else await turnOffAndWait(work);
  const primary = withDisk ? await primaryDisk(work) : undefined;
  const body = { type: type.id, migration_type: plan.migrationType ?? "cold", allow_auto_disk_resize: withDisk };
  const resize = () =>
    client.post("sdk", `${path}/resize`, body).catch((error: Error) => {
      throw new Error(`Error resizing Instance ${number}: ${error.message}`);
    });
  await act(linode, number, "linode_resize", resize, until);
  await waitForStatus(linode, number, "offline", until);
  if (primary !== undefined) await waitForDiskSize(work, primary);
}

/** Without waiting for its event, as the official one does here. */
export async function turnOffAndWait({ client, linode, path, number, until }: Work): Promise<void> {
  const { status } = await client.get<LinodeInstance>("sdk", path);
  if (status === "offline") return;
  if (status !== "shutting_down") await client.post("sdk", `${path}/shutdown`);
  await waitForStatus(linode, number, "offline", until);
}

async function checkImplicitDisks({ client, path }: Work, type: InstanceType): Promise<void> {
  const disks = await client.list<Disk>("sdk", `${path}/disks`);
  const linux = disks.filter(({ filesystem }) => filesystem === "ext3" || filesystem === "ext4");
  if (disks.length > 2 || linux.length !== 1) {
    throw new Error(
      "Did you try to resize a Linode's implicit disks with more than two disks? When resize_disk is true, " +
        "your linode must have a single ext disk as well as an optional swap disk.",
    );
  }
  const used = (await client.list<Disk>("sdk", `${path}/disks`)).reduce((total, { size }) => total + size, 0);
  if (type.disk >= used) return;
  throw new Error(
    "failed to resize instance and disk: the new plan's disk is smaller than what the disks of the Linode take: the provider " +
      "does not make the boot disk smaller by itself.",
  );
}

async function primaryDisk({ client, path }: Work): Promise<Disk | undefined> {
  const disks = await client.list<Disk>("sdk", `${path}/disks`);
  return disks.find(({ filesystem }) => filesystem === "ext3" || filesystem === "ext4");
}

async function waitForDiskSize({ client, path, until }: Work, { id, size }: Disk): Promise<void> {
  for (;;) {
    await sleep(DISK_POLL_MS, undefined, { signal: until.signal });
    if ((await client.get<Disk>("sdk", `${path}/disks/${id}`)).size !== size) return;
    if (Date.now() > until.at) throw new Error(`failed to wait for disk resize: the size of disk ${id} did not change`);
  }
}
