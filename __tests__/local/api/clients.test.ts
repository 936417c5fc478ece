import type { Config, Disk } from "@linode/api-v4";
import { TestCloud } from "./client";

/** What suites of Linode's own clients (linodego, linode_api4) ask for, beyond what the providers do. */
let cloud: TestCloud;
beforeAll(async () => (cloud = await TestCloud.start()));
afterAll(() => cloud.stop());

describe("what Linode's own clients ask for", () => {
  it("boots configuration 0, which is the one booted last", async () => {
    const { id } = await cloud.linode({ booted: false });
    await cloud.ok("POST", `/linode/instances/${id}/boot`, { config_id: 0 });
    await cloud.settled();
    expect(await cloud.ok("GET", `/linode/instances/${id}`)).toMatchObject({ status: "running" });
    expect(await cloud.refusal("POST", `/linode/instances/${id}/boot`, { config_id: 7 })).toEqual(["Not found"]);
  });

  it("makes a Linode with a kernel and a size of the boot disk", async () => {
    const { id } = await cloud.linode({ kernel: "linode/latest-64bit", boot_size: 9000 });
    const [config] = await cloud.list<Config>(`/linode/instances/${id}/configs`);
    expect(config?.kernel).toBe("linode/latest-64bit");
    const disks = await cloud.list<Disk>(`/linode/instances/${id}/disks`);
    expect(disks.map(({ size }) => size)).toEqual([9000, 512]);
    const [host] = (await cloud.driver.list()).filter((one) => one.id === id);
    expect(host?.spec.plan.diskMb).toBe(9000);
  });

  it("refuses a kernel and a size that can't be, and makes nothing", async () => {
    const before = (await cloud.list("/linode/instances")).length;
    const body = { region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", root_pass: "Sup3rS3cret!pass" };
    expect(
      await cloud.refusal("POST", "/linode/instances", { ...body, kernel: "linode/none", boot_size: 25600 }),
    ).toEqual(["boot_size: The plan has 25600 MB for all disks.", "kernel: kernel is not valid"]);
    expect(await cloud.list("/linode/instances")).toHaveLength(before);
  });

  it("says which plans and VPCs are to be had where", async () => {
    expect(await cloud.list("/regions/availability", { region: "fr-par", plan: "g6-nanode-1" })).toEqual([
      { region: "fr-par", plan: "g6-nanode-1", available: true },
    ]);
    expect(await cloud.ok("GET", "/regions/fr-par/availability")).toContainEqual({
      ...{ region: "fr-par", plan: "g6-standard-1", available: true },
    });
    expect(await cloud.ok("GET", "/regions/eu-central/vpc-availability")).toMatchObject({ available: false });
    expect(await cloud.ok("GET", "/account/availability/fr-par")).toMatchObject({ available: ["Linodes"] });
    expect(await cloud.refusal("GET", "/regions/nowhere/availability")).toEqual(["Not found"]);
  });

  it("keeps rules that are null as null, and filters addresses by whether they are reserved", async () => {
    const rules = { inbound: null, inbound_policy: "DROP", outbound: null, outbound_policy: "ACCEPT" };
    const { id } = await cloud.ok("POST", "/networking/firewalls", { label: "none", rules, devices: {} });
    expect(await cloud.ok("GET", `/networking/firewalls/${id}/rules`)).toMatchObject(rules);
    const linode = await cloud.linode({ firewall_id: id });
    expect(cloud.driver.firewalls.get(linode.id)).toMatchObject({ inbound: [], inboundPolicy: "DROP" });
    expect(await cloud.list("/networking/ips", { reserved: true })).toEqual([]);
    expect(await cloud.list("/networking/ips", { reserved: false, linode_id: linode.id })).toHaveLength(1);
  });
});
