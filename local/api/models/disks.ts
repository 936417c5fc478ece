import { images, types } from "../catalog";
import type { Cloud } from "../cloud";
import { invalid, must } from "../errors";
import type { Disk, Linode } from "../records";
import type { CreateDisk } from "../schemas/instances";
import { linodeTime } from "../time";
import { Checks } from "./checks";
import { planDeployment } from "./deploy";
import { diskEntity, mustBeIdle, schedule } from "./events";
import { find as findLinode } from "./instances";

export const disksOf = ({ store }: Cloud, linode: number): Disk[] =>
  store.list("disk", (disk) => disk.linode === linode);
export const find = (cloud: Cloud, linode: number, id: number): Disk =>
  must(disksOf(cloud, findLinode(cloud, linode).id).find((disk) => disk.id === id));

/** https://techdocs.akamai.com/linode-api/reference/post-add-linode-disk */
export function create(cloud: Cloud, linodeId: number, body: CreateDisk): Disk {
  const linode = findLinode(cloud, linodeId);
  const checks = new Checks();
  const deployment = planDeployment(cloud, checks, body);
  const image = deployment.image === null ? undefined : images.get(deployment.image);
  if (image) {
    checks.that(body.size >= image.size, `The image needs a disk of at least ${image.size} MB.`, "size");
    checks.that(
      !cloud.hosts.exists(linode.id),
      "A second disk made from an image is not available on the local Linode.",
      "image",
    );
  }
  checkSpace(cloud, checks, linode, body.size);
  checks.done();
  mustBeIdle(cloud, linode);
  return cloud.store.write(() => {
    const now = linodeTime();
    const id = cloud.store.nextId();
    const disk = cloud.store.put("disk", {
      id,
      linode: linode.id,
      label: body.label ?? (image ? `${image.label} Disk` : `Disk ${id}`),
      status: "not ready",
      filesystem: body.filesystem ?? "ext4",
      size: body.size,
      image: deployment.image,
      disk_encryption: body.disk_encryption ?? linode.disk_encryption,
      created: now,
      updated: now,
    });
    schedule(cloud, {
      action: "disk_create",
      linode,
      job: { kind: "disk_create", disk: id, ...deployment },
      secondary: diskEntity(disk),
    });
    return disk;
  });
}

export function update(cloud: Cloud, linode: number, id: number, label: string | null | undefined): Disk {
  const disk = find(cloud, linode, id);
  return label == null
    ? disk
    : cloud.store.write(() => cloud.store.update("disk", id, { label, updated: linodeTime() }));
}

/** Of a Linode that is off. https://techdocs.akamai.com/linode-api/reference/post-resize-disk */
export function resize(cloud: Cloud, linodeId: number, id: number, size: number): void {
  const [linode, disk] = [findLinode(cloud, linodeId), find(cloud, linodeId, id)];
  const checks = new Checks();
  checkSpace(cloud, checks, linode, size - disk.size);
  const least = disk.image === null ? 1 : (images.get(disk.image)?.size ?? 1);
  checks.that(size >= least, `The disk's content needs at least ${least} MB.`, "size");
  checks.done();
  mustBeIdle(cloud, linode);
  mustBeOff(linode);
  cloud.store.write(() => {
    cloud.store.update("disk", id, { status: "not ready" });
    schedule(cloud, {
      action: "disk_resize",
      linode,
      job: { kind: "disk_resize", disk: id, size },
      secondary: diskEntity(disk),
    });
  });
}

/** https://techdocs.akamai.com/linode-api/reference/delete-disk */
export function remove(cloud: Cloud, linodeId: number, id: number): void {
  const [linode, disk] = [findLinode(cloud, linodeId), find(cloud, linodeId, id)];
  mustBeIdle(cloud, linode);
  if (disk.image !== null || attached(cloud, linode, id)) mustBeOff(linode);
  cloud.store.write(() => {
    cloud.store.update("disk", id, { status: "deleting" });
    schedule(cloud, {
      action: "disk_delete",
      linode,
      job: { kind: "disk_delete", disk: id },
      secondary: diskEntity(disk),
    });
  });
}

function attached({ store }: Cloud, linode: Linode, disk: number): boolean {
  return store
    .list("config", (one) => one.linode === linode.id)
    .some((one) => Object.values<number | undefined>(one.devices).includes(disk));
}

function mustBeOff({ status }: Linode): void {
  if (status !== "offline") throw invalid("Linode must be powered off to change this disk.");
}

function checkSpace(cloud: Cloud, checks: Checks, linode: Linode, moreMb: number): void {
  const used = disksOf(cloud, linode.id).reduce((sum, disk) => sum + disk.size, 0);
  const free = (types.get(linode.type)?.disk ?? 0) - used;
  checks.that(moreMb <= free, `Insufficient space: ${free} MB of the plan's disk are free.`, "size");
}
