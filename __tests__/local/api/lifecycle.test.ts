import type { Linode } from "@linode/api-v4";
import { type HostSpec } from "../../../local/hosts/driver";
import { MemoryDriver } from "../../../local/hosts/memory";
import { TestCloud, anywhere, rootPass } from "./client";

/** Hosts whose making and booting go on until they are told to end. */
class SlowDriver extends MemoryDriver {
  readonly begun: string[] = [];
  private release: () => void = () => undefined;
  private gate = new Promise<void>((resolve) => (this.release = resolve));

  override async create(spec: HostSpec): Promise<void> {
    this.begun.push("create");
    await this.gate;
    await super.create(spec);
  }

  override async boot(spec: HostSpec): Promise<void> {
    this.begun.push("boot");
    await this.gate;
    await super.boot(spec);
  }

  open(): void {
    this.release();
  }

  close(): void {
    this.gate = new Promise<void>((resolve) => (this.release = resolve));
  }
}

const body = { region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", root_pass: rootPass };
const rules = (inbound: object[]) => ({ inbound, inbound_policy: "DROP", outbound: [], outbound_policy: "ACCEPT" });
const ssh = { action: "ACCEPT", protocol: "TCP", ports: "22", label: "ssh", addresses: anywhere };
let cloud: TestCloud;
let driver: SlowDriver;
beforeEach(async () => {
  driver = new SlowDriver({ slot: 8 });
  cloud = await TestCloud.start({ driver });
});
afterEach(() => cloud.stop());

const status = async (id: number) => (await cloud.ok<Linode>("GET", `/linode/instances/${id}`)).status;
const reach = (what: string, times = 1) => until(() => driver.begun.filter((one) => one === what).length >= times);

async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe("a Linode's life", () => {
  it("goes through provisioning and booting to running, with events to match", async () => {
    const { id } = await cloud.ok("POST", "/linode/instances", body);
    await reach("create");
    expect(await status(id)).toBe("provisioning");
    expect(await cloud.history(id)).toEqual(["linode_create started", "linode_boot scheduled"]);
    driver.open();
    driver.close();
    await reach("boot");
    expect(await status(id)).toBe("booting");
    expect(await cloud.history(id)).toEqual(["linode_create finished", "linode_boot started"]);
    driver.open();
    await cloud.settled();
    expect(await status(id)).toBe("running");
    const [boot, create] = await cloud.list<Record<string, object>>("/account/events", { "entity.id": id });
    const [config] = await cloud.list(`/linode/instances/${id}/configs`);
    expect(create?.secondary_entity).toMatchObject({ type: "image", id: "linode/debian13" });
    expect(boot?.secondary_entity).toMatchObject({ type: "linode_config", id: config?.id });
    expect(boot).toMatchObject({ percent_complete: 100, status: "finished", username: "local" });
  });

  it("is busy meanwhile, as clients that wait for the end expect", async () => {
    const { id } = await cloud.ok("POST", "/linode/instances", body);
    for (const action of ["boot", "reboot", "shutdown"]) {
      expect(await cloud.refusal("POST", `/linode/instances/${id}/${action}`, {})).toEqual(["Linode busy."]);
    }
    expect(await cloud.refusal("POST", `/linode/instances/${id}/resize`, { type: "g6-standard-1" })).toEqual([
      "Linode busy.",
    ]);
    expect(await cloud.refusal("POST", `/linode/instances/${id}/disks`, { size: 10 })).not.toEqual([]);
    expect(await cloud.ok("PUT", `/linode/instances/${id}`, { watchdog_enabled: false })).toMatchObject({
      watchdog_enabled: false,
    });
    driver.open();
    await cloud.settled();
    expect(await cloud.ok("POST", `/linode/instances/${id}/shutdown`, {})).toEqual({});
  });

  it("can be deleted while it is being made, and nothing of it stays", async () => {
    const { id } = await cloud.ok("POST", "/linode/instances", body);
    await reach("create");
    await cloud.ok("DELETE", `/linode/instances/${id}`);
    expect(await status(id)).toBe("deleting");
    driver.open();
    await cloud.settled();
    expect((await cloud.call("GET", `/linode/instances/${id}`)).status).toBe(404);
    expect(await driver.list()).toEqual([]);
    expect(await cloud.history(id)).toEqual(["linode_create finished", "linode_boot failed", "linode_delete finished"]);
  });

  it("is off, with failed events, when its disk can't be made; deleting it works", async () => {
    jest.spyOn(driver, "create").mockRejectedValue(new Error("The disk is full."));
    const { id } = await cloud.ok("POST", "/linode/instances", body);
    await cloud.settled();
    expect(await status(id)).toBe("offline");
    expect(await cloud.history(id)).toEqual(["linode_create failed", "linode_boot failed"]);
    const [, create] = await cloud.list<{ message: string }>("/account/events", { "entity.id": id });
    expect(create?.message).toBe("The disk is full.");
    await cloud.ok("DELETE", `/linode/instances/${id}`);
    await cloud.settled();
    expect(await cloud.list("/linode/instances")).toEqual([]);
  });

  it("is off when it does not come up, and boots when what was wrong is mended", async () => {
    driver.open();
    const boot = jest.spyOn(driver, "boot").mockRejectedValueOnce(new Error("No SSH."));
    const { id } = await cloud.linode();
    expect([await status(id), await cloud.history(id)]).toEqual([
      "offline",
      ["linode_create finished", "linode_boot failed"],
    ]);
    await cloud.ok("POST", `/linode/instances/${id}/boot`, {});
    await cloud.settled();
    expect(await status(id)).toBe("running");
    expect(boot).toHaveBeenCalledTimes(2);
  });

  it("is rebuilt from another image, with its addresses and its interfaces", async () => {
    driver.open();
    const before = await cloud.linode({ interfaces: [{ purpose: "public" }] });
    const rebuilt = await cloud.ok<Linode>("POST", `/linode/instances/${before.id}/rebuild`, {
      image: "linode/debian12",
      root_pass: rootPass,
    });
    expect(rebuilt).toMatchObject({ status: "rebuilding", image: "linode/debian12", ipv4: before.ipv4 });
    await cloud.settled();
    expect(await status(before.id)).toBe("running");
    const [host] = await driver.list();
    expect(host?.spec).toMatchObject({ image: "linode/debian12", links: [{ purpose: "public" }] });
    expect(await cloud.list(`/linode/instances/${before.id}/disks`)).toHaveLength(2);
    expect((await cloud.history(before.id)).slice(2)).toEqual(["linode_rebuild finished", "linode_boot finished"]);
  });

  it("is built disk by disk, as the provider does with explicit disks", async () => {
    driver.open();
    const { id } = await cloud.ok("POST", "/linode/instances", {
      region: "fr-par",
      type: "g6-nanode-1",
      booted: false,
    });
    await cloud.settled();
    expect(await cloud.history(id)).toEqual(["linode_create finished"]);
    const disk = await cloud.ok("POST", `/linode/instances/${id}/disks`, {
      label: "boot",
      size: 3000,
      image: "linode/debian12",
      root_pass: rootPass,
      filesystem: "ext4",
    });
    await cloud.settled();
    const config = await cloud.ok("POST", `/linode/instances/${id}/configs`, {
      label: "cfg",
      devices: { sda: { disk_id: disk.id } },
      interfaces: [],
      kernel: "linode/latest-64bit",
      root_device: "/dev/sda",
      run_level: "default",
      virt_mode: "paravirt",
    });
    await cloud.ok("POST", `/linode/instances/${id}/boot`, { config_id: config.id });
    await cloud.settled();
    expect(await status(id)).toBe("running");
    await cloud.ok("POST", `/linode/instances/${id}/shutdown`, {});
    await cloud.settled();
    await cloud.ok("POST", `/linode/instances/${id}/disks/${disk.id}/resize`, { size: 4000 });
    await cloud.settled();
    expect(await cloud.list(`/linode/instances/${id}/disks`)).toMatchObject([{ size: 4000, status: "ready" }]);
    await cloud.ok("DELETE", `/linode/instances/${id}/disks/${disk.id}`);
    await cloud.settled();
    expect(await driver.list()).toEqual([]);
    const [deleted] = await cloud.list<Record<string, object>>("/account/events", { action: "disk_delete" });
    expect(deleted?.secondary_entity).toMatchObject({ type: "disk", id: disk.id });
  });

  it("does not boot a configuration without a system on its disk, and says why", async () => {
    driver.open();
    const { id } = await cloud.ok("POST", "/linode/instances", { region: "fr-par", type: "g6-nanode-1" });
    await cloud.settled();
    expect((await cloud.refusal("POST", `/linode/instances/${id}/boot`, {}))[0]).toContain("no configuration to boot");
    await cloud.ok("POST", `/linode/instances/${id}/configs`, { label: "empty", devices: {} });
    await cloud.ok("POST", `/linode/instances/${id}/boot`, {});
    await cloud.settled();
    const [boot] = await cloud.list<{ message: string }>("/account/events", { action: "linode_boot" });
    expect(boot).toMatchObject({
      status: "failed",
      message: expect.stringContaining("no disk with a system") as string,
    });
    expect(await status(id)).toBe("offline");
  });
});

describe("the watchdog", () => {
  it("boots a machine again that stopped by itself", async () => {
    driver.open();
    const { id } = await cloud.linode();
    driver.close();
    driver.exit(id);
    expect(await status(id)).toBe("booting");
    driver.open();
    await cloud.settled();
    expect(await status(id)).toBe("running");
    expect((await cloud.history(id)).at(-1)).toBe("lassie_reboot finished");
  });

  it("gives up after five times in fifteen minutes", async () => {
    driver.open();
    const { id } = await cloud.linode();
    for (let time = 0; time < 6; time++) {
      driver.exit(id);
      await cloud.settled();
    }
    expect(await status(id)).toBe("offline");
    expect((await cloud.history(id)).filter((event) => event.startsWith("lassie_reboot"))).toHaveLength(5);
  });

  it("leaves a machine off when it is off itself", async () => {
    driver.open();
    const { id } = await cloud.linode();
    await cloud.ok("PUT", `/linode/instances/${id}`, { watchdog_enabled: false });
    driver.exit(id);
    expect(await status(id)).toBe("offline");
    expect((await cloud.history(id)).at(-1)).toBe("linode_shutdown finished");
  });
});

describe("firewalls of hosts", () => {
  it("are there before a host boots, and change at once", async () => {
    driver.open();
    const firewall = await cloud.ok("POST", "/networking/firewalls", { label: "wall", rules: rules([ssh]) });
    const seen: unknown[] = [];
    const boot = driver.boot.bind(driver);
    jest.spyOn(driver, "boot").mockImplementation(async (spec) => {
      seen.push(driver.firewalls.get(spec.id)?.inboundPolicy);
      await boot(spec);
    });
    const { id } = await cloud.linode({ firewall_id: firewall.id });
    expect(seen).toEqual(["DROP"]);
    await cloud.ok("PUT", `/networking/firewalls/${firewall.id}/rules`, rules([{ ...ssh, ports: "22, 80" }]));
    expect(driver.firewalls.get(id)?.inbound).toMatchObject([{ ports: "22, 80" }]);
    await cloud.ok("PUT", `/networking/firewalls/${firewall.id}`, { status: "disabled" });
    expect(driver.firewalls.get(id)).toBeNull();
    await cloud.ok("PUT", `/networking/firewalls/${firewall.id}`, { status: "enabled" });
    const [device] = await cloud.list(`/networking/firewalls/${firewall.id}/devices`);
    await cloud.ok("DELETE", `/networking/firewalls/${firewall.id}/devices/${device?.id}`);
    expect(driver.firewalls.get(id)).toBeNull();
    await cloud.ok("POST", `/networking/firewalls/${firewall.id}/devices`, { id, type: "linode" });
    expect(driver.firewalls.get(id)?.inboundPolicy).toBe("DROP");
    await cloud.ok("DELETE", `/networking/firewalls/${firewall.id}`);
    expect(driver.firewalls.get(id)).toBeNull();
  });

  it("can be set for a host that is still being made", async () => {
    const firewall = await cloud.ok("POST", "/networking/firewalls", { label: "wall", rules: rules([ssh]) });
    const { id } = await cloud.ok("POST", "/linode/instances", body);
    await reach("create");
    await cloud.ok("POST", `/networking/firewalls/${firewall.id}/devices`, { id, type: "linode" });
    expect(driver.firewalls.has(id)).toBe(false);
    driver.open();
    await cloud.settled();
    expect(driver.firewalls.get(id)?.inbound).toHaveLength(1);
  });
});

describe("after the server died and was started again", () => {
  it("finds its hosts, its ids and its state", async () => {
    driver.open();
    const before = await cloud.linode({ label: "kept" });
    await cloud.restart();
    expect(await cloud.ok("GET", `/linode/instances/${before.id}`)).toEqual(before);
    const { id } = await cloud.linode();
    expect(id).toBeGreaterThan(before.id);
    expect((await driver.list()).map((host) => host.running)).toEqual([true, true]);
  });

  it("finishes an instance that was being made", async () => {
    const { id } = await cloud.ok("POST", "/linode/instances", body);
    await reach("create");
    const restarted = cloud.restart();
    await reach("create", 2);
    driver.open();
    await restarted;
    await cloud.settled();
    expect(await status(id)).toBe("running");
    expect(await cloud.history(id)).toEqual(["linode_create finished", "linode_boot finished"]);
  });

  it("finishes a deletion", async () => {
    driver.open();
    const { id } = await cloud.linode();
    const remove = jest.spyOn(driver, "remove").mockImplementation(() => new Promise(() => undefined));
    await cloud.ok("DELETE", `/linode/instances/${id}`);
    await until(() => remove.mock.calls.length > 0);
    remove.mockRestore();
    await cloud.restart();
    await cloud.settled();
    expect(await cloud.list("/linode/instances")).toEqual([]);
    expect(await driver.list()).toEqual([]);
  });

  it("boots what stopped meanwhile, and sets firewalls and names again", async () => {
    driver.open();
    const firewall = await cloud.ok("POST", "/networking/firewalls", { label: "wall", rules: rules([ssh]) });
    const domain = await cloud.ok("POST", "/domains", { domain: "a.org", type: "master", soa_email: "a@a.org" });
    await cloud.ok("POST", `/domains/${domain.id}/records`, { type: "A", name: "www", target: "192.0.2.1" });
    const stopped = await cloud.linode();
    const running = await cloud.linode({ firewall_id: firewall.id });
    await driver.shutdown(stopped.id);
    driver.firewalls.clear();
    driver.names = [];
    await cloud.restart();
    await cloud.settled();
    expect(await status(stopped.id)).toBe("running");
    expect((await cloud.history(stopped.id)).at(-1)).toBe("lassie_reboot finished");
    expect(driver.firewalls.get(running.id)?.inboundPolicy).toBe("DROP");
    expect(driver.names).toHaveLength(1);
  });

  it("shows a Linode whose host is gone as off, never as running", async () => {
    driver.open();
    const { id } = await cloud.linode();
    await cloud.restart(new MemoryDriver({ slot: 8 }));
    await cloud.settled();
    expect(await status(id)).toBe("offline");
    expect((await cloud.history(id)).at(-1)).toBe("lassie_reboot failed");
  });

  it("removes hosts that no Linode has", async () => {
    driver.open();
    await driver.create({ id: 5, label: "ghost", image: "linode/debian13", plan: plan, links: [], authorizedKeys: [] });
    await cloud.restart();
    expect(await driver.list()).toEqual([]);
  });
});

const plan = { memoryMb: 1024, vcpus: 1, diskMb: 1000, swapMb: 0 };
