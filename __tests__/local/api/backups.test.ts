import type { Linode, LinodeBackup, LinodeBackupsResponse } from "@linode/api-v4";
import { MemoryDriver } from "../../../local/hosts/memory";
import { TestCloud } from "./client";

let cloud: TestCloud;
let driver: MemoryDriver;
beforeEach(async () => {
  driver = new MemoryDriver({ slot: 8 });
  cloud = await TestCloud.start({ driver });
});
afterEach(() => cloud.stop());

const at = (id: number) => `/linode/instances/${id}/backups`;
const list = (id: number) => cloud.ok<LinodeBackupsResponse>("GET", at(id));
const instance = (id: number) => cloud.ok<Linode>("GET", `/linode/instances/${id}`);
const labels = async (id: number, what: "disks" | "configs") =>
  (await cloud.list<{ label: string }>(`/linode/instances/${id}/${what}`)).map(({ label }) => label);
/** The next copy of a disk goes on until it is told to end. */
function held(): { begun: Promise<void>; release: () => void } {
  let [begin, release] = [(): void => undefined, (): void => undefined];
  const begun = new Promise<void>((resolve) => (begin = resolve));
  const ended = new Promise<void>((resolve) => (release = resolve));
  const make = driver.copyDisk.bind(driver);
  jest.spyOn(driver, "copyDisk").mockImplementationOnce((id, copy) => {
    begin();
    return ended.then(() => make(id, copy));
  });
  return { begun, release };
}
async function snapshot(id: number, label = "before"): Promise<LinodeBackup> {
  const made = await cloud.ok<LinodeBackup>("POST", at(id), { label });
  await cloud.settled();
  return made;
}
async function restore(id: number, backup: number, target = id, overwrite = true): Promise<void> {
  await cloud.ok("POST", `${at(id)}/${backup}/restore`, { linode_id: target, overwrite });
  await cloud.settled();
}

describe("a Linode's backups", () => {
  it("are refused where the service is not enabled", async () => {
    const { id } = await cloud.linode();
    expect(await cloud.refusal("POST", at(id), { label: "a" })).toEqual([
      "The backup service is not enabled for this Linode.",
    ]);
    expect((await instance(id)).backups).toEqual({
      ...{ enabled: false, available: false, last_successful: null },
      schedule: { day: null, window: null },
    });
  });

  it("have a schedule that Linode chooses, or a client", async () => {
    const { id } = await cloud.linode();
    await cloud.ok("POST", `${at(id)}/enable`, {});
    expect((await instance(id)).backups.schedule).toEqual({ day: "Scheduling", window: "Scheduling" });
    const body = { backups: { schedule: { day: "Sunday", window: "W4" } } };
    const { backups } = await cloud.ok<Linode>("PUT", `/linode/instances/${id}`, body);
    expect(backups.schedule).toEqual(body.backups.schedule);
    const wrong = { backups: { schedule: { window: "W3" } } };
    expect(await cloud.refusal("PUT", `/linode/instances/${id}`, wrong)).toHaveLength(1);
  });

  it("have one snapshot; the next takes its place once it is made", async () => {
    const { id } = await cloud.linode({ backups_enabled: true });
    const copy = held();
    const first = await cloud.ok<LinodeBackup>("POST", at(id), { label: "first" });
    expect(first).toMatchObject({ status: "pending", type: "snapshot", label: "first", finished: null, disks: [] });
    expect(await cloud.refusal("POST", at(id), { label: "at once" })).toEqual(["Linode busy."]);
    expect(await cloud.refusal("POST", `${at(id)}/cancel`, {})).toEqual(["Linode busy."]);
    copy.release();
    await cloud.settled();
    expect((await list(id)).snapshot).toMatchObject({
      current: { id: first.id, status: "successful", disks: [{ label: "Debian 13 Disk" }, { filesystem: "swap" }] },
      in_progress: null,
    });
    jest.spyOn(driver, "copyDisk").mockRejectedValueOnce(new Error("The disk is full."));
    const failed = await snapshot(id, "failed");
    expect(await cloud.ok("GET", `${at(id)}/${failed.id}`)).toMatchObject({ status: "failed", available: false });
    expect((await list(id)).snapshot.current?.id).toBe(first.id);
    const second = await snapshot(id, "second");
    expect((await list(id)).snapshot.current?.id).toBe(second.id);
    expect((await driver.copies()).map((one) => one.id)).toEqual([second.id]);
    expect((await cloud.call("GET", `${at(id)}/${first.id}`)).status).toBe(404);
    expect(await cloud.history(id)).toEqual(
      expect.arrayContaining(["linode_snapshot finished", "linode_snapshot failed"]),
    );
  });

  it("bring a Linode's disks back as they were, with its configs and its place in the VPC", async () => {
    const subnets = [{ label: "in", ipv4: "10.0.0.0/24" }];
    const vpc = await cloud.ok("POST", "/vpcs", { label: "net", region: "fr-par", subnets });
    const [subnet] = await cloud.list(`/vpcs/${vpc.id}/subnets`);
    const interfaces = [{ purpose: "public" }, { purpose: "vpc", subnet_id: subnet?.id, ipv4: { vpc: "10.0.0.9" } }];
    const { id } = await cloud.linode({ backups_enabled: true, interfaces });
    driver.disk(id, "as it was");
    const { id: backup } = await snapshot(id);
    driver.disk(id, "broken");
    const had = [await labels(id, "disks"), await labels(id, "configs")];
    await restore(id, backup);
    expect(driver.disk(id)).toBe("as it was");
    expect((await instance(id)).status).toBe("offline");
    expect([await labels(id, "disks"), await labels(id, "configs")]).toEqual(had);
    await cloud.ok("POST", `/linode/instances/${id}/boot`, {});
    await cloud.settled();
    const [host] = await driver.list();
    expect(host).toMatchObject({ running: true, spec: { links: [{}, { addresses: ["10.0.0.9/24"] }] } });
    expect(driver.disk(id)).toBe("as it was");
  });

  it("make another Linode, beside the one they are of", async () => {
    const { id } = await cloud.linode({ backups_enabled: true });
    driver.disk(id, "content");
    const { id: backup } = await snapshot(id);
    const other = await cloud.linode({ image: null, root_pass: undefined, backup_id: backup });
    expect([other.status, driver.disk(other.id), other.image]).toEqual(["running", "content", "linode/debian13"]);
    expect(await cloud.history(other.id)).toEqual([
      "linode_create finished",
      "backups_restore finished",
      "linode_boot finished",
    ]);
    const elsewhere = { region: "de-fra-2", type: "g6-nanode-1", backup_id: backup };
    expect(await cloud.refusal("POST", "/linode/instances", elsewhere)).toEqual([
      "region: A backup can only be restored in the region that it is in.",
    ]);
  });

  it("are not put beside disks that have a system, or where there is no room", async () => {
    const { id } = await cloud.linode({ backups_enabled: true, type: "g6-standard-1" });
    const { id: backup } = await snapshot(id);
    const small = await cloud.linode();
    const path = `${at(id)}/${backup}/restore`;
    expect(await cloud.refusal("POST", path, { linode_id: small.id, overwrite: true })).toEqual([
      "linode_id: Insufficient space: the backup needs 51200 MB, 25600 MB are free.",
    ]);
    expect(await cloud.refusal("POST", path, { linode_id: id })).toHaveLength(1);
    expect(await cloud.refusal("POST", path, { linode_id: 1 })).toEqual(["linode_id: linode_id is not valid"]);
    expect(driver.disk(small.id)).toBe("");
  });

  it("leave a Linode as it was when they can't be brought back", async () => {
    const { id } = await cloud.linode({ backups_enabled: true });
    driver.disk(id, "now");
    const { id: backup } = await snapshot(id);
    jest.spyOn(driver, "bringBack").mockRejectedValueOnce(new Error("The disk is full."));
    const had = await cloud.list(`/linode/instances/${id}/disks`);
    await restore(id, backup);
    expect(await cloud.list(`/linode/instances/${id}/disks`)).toEqual(had);
    expect([driver.disk(id), (await instance(id)).status]).toEqual(["now", "running"]);
  });

  it("are gone with the service, and with the Linode", async () => {
    const { id } = await cloud.linode({ backups_enabled: true });
    await snapshot(id);
    await cloud.ok("POST", `${at(id)}/cancel`, {});
    expect([await driver.copies(), (await list(id)).snapshot.current]).toEqual([[], null]);
    await cloud.ok("POST", `${at(id)}/enable`, {});
    await snapshot(id);
    await cloud.ok("DELETE", `/linode/instances/${id}`);
    await cloud.settled();
    expect(await driver.copies()).toEqual([]);
  });

  it("outlive the API; one that was cut off is made again, and what nobody knows of goes", async () => {
    const { id } = await cloud.linode({ backups_enabled: true });
    const first = await snapshot(id);
    await driver.copyDisk(id, 999_999);
    const copy = held();
    const { id: second } = await cloud.ok<LinodeBackup>("POST", at(id), { label: "cut off" });
    await copy.begun;
    expect((await list(id)).snapshot).toMatchObject({
      current: { id: first.id },
      in_progress: { id: second, status: "running" },
    });
    const restarted = cloud.restart();
    copy.release();
    await restarted;
    await cloud.settled();
    expect((await list(id)).snapshot).toMatchObject({ current: { id: second }, in_progress: null });
    expect((await driver.copies()).map((one) => one.id)).toEqual([second]);
  });
});

describe("automatic backups", () => {
  it("are made when a day is said to pass: the newest, and the last two of the chosen weekday", async () => {
    const { id } = await cloud.linode({ backups_enabled: true });
    await cloud.linode();
    const schedule = { day: "Wednesday", window: "W2" };
    await cloud.ok("PUT", `/linode/instances/${id}`, { backups: { schedule } });
    for (let day = 1; day <= 24; day++)
      await cloud.ok("POST", "/local/backups", { now: new Date(Date.UTC(2027, 0, day, 2)).toISOString() });
    const { automatic } = await list(id);
    expect(automatic.map(({ created }) => created)).toEqual(["13", "20", "24"].map((day) => `2027-01-${day}T02:00:00`));
    expect(automatic[0]).toMatchObject({ type: "auto", status: "successful", label: null });
    expect(await driver.copies()).toHaveLength(3);
    expect((await instance(id)).backups).toMatchObject({ available: true, last_successful: "2027-01-24T02:00:00" });
  });
});
