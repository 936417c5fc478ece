/** Swap of another size. Source: terraform-provider-linode 3.1.1, linode/instance/resource.go (adjustSwapSizeIfNeeded). */
import { act, waitFor, waitForStatus } from "../poll";
import type { Disk, LinodeInstance } from "../shapes";
import type { Work } from "./update";

/** Resizes boot disk and swap, the one that gets smaller first. True if the Linode has to be started again after it. */
export async function resizeSwap(work: Work): Promise<boolean> {
  const { client, path, have, plan, changed } = work;
  if (!changed.has("swapSize")) return false;
  const disks = await client.list<Disk>("sdk", `${path}/disks`);
  const boot = disks.find(({ filesystem }) => filesystem === "ext4");
  const swap = disks.find(({ filesystem }) => filesystem === "swap");
  if (boot === undefined || swap === undefined)
    throw new Error("swap_size: the Linode has no boot disk and swap disk to resize");
  const size = plan.swapSize as number;
  const bootSize = boot.size - (size - (have.swapSize as number));
  const steps: [Disk, number][] = [
    [boot, bootSize],
    [swap, size],
  ];
  for (const [disk, target] of bootSize > boot.size ? steps.reverse() : steps) await resizeDisk(work, disk, target);
  return true;
}

async function resizeDisk(work: Work, disk: Disk, size: number): Promise<void> {
  const { client, linode, path, number, until } = work;
  const { status } = await client.get<LinodeInstance>("sdk", path);
  if (status !== "offline" && status !== "shutting_down") await client.post("sdk", `${path}/shutdown`);
  await waitForStatus(linode, number, "offline", until);
  await act(
    linode,
    number,
    "disk_resize",
    () => client.post("sdk", `${path}/disks/${disk.id}/resize`, { size }),
    until,
  );
  const look = async () => {
    const disks = await client.list<Disk>("sdk", `${path}/disks`);
    return disks.find(({ id, status }) => id === disk.id && status === "ready");
  };
  const resized = await waitFor(linode, `disk ${disk.id} to be ready`, look, until);
  if (resized.size !== size)
    throw new Error(`Error resizing disk ${disk.id} on instance ${number} from ${disk.size} to ${size}`);
}
