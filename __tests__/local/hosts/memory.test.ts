import type { HostSpec } from "../../../local/hosts/driver";
import { MemoryDriver } from "../../../local/hosts/memory";

const spec: HostSpec = {
  id: 7,
  label: "web",
  image: "linode/debian13",
  plan: { memoryMb: 1024, vcpus: 1, diskMb: 25088, swapMb: 512 },
  links: [{ purpose: "public", addresses: ["198.18.0.16/24"] }],
  authorizedKeys: [],
};

describe("hosts in memory", () => {
  const driver = () => new MemoryDriver({ slot: 0 });

  it("are made, booted, shut down and removed, each as often as it is asked for", async () => {
    const hosts = driver();
    for (const _ of [1, 2]) await hosts.create(spec);
    expect(await hosts.list()).toEqual([{ id: 7, running: false, spec }]);
    for (const _ of [1, 2]) await hosts.boot(spec);
    expect((await hosts.list())[0]?.running).toBe(true);
    for (const _ of [1, 2]) await hosts.shutdown(7);
    expect((await hosts.list())[0]?.running).toBe(false);
    for (const _ of [1, 2]) await hosts.remove(7);
    expect(await hosts.list()).toEqual([]);
  });

  it("don't boot without a disk, and have no stats when off", async () => {
    const hosts = driver();
    await expect(hosts.boot(spec)).rejects.toThrow("Host 7 has no disk");
    await hosts.create(spec);
    await expect(hosts.stats(7)).rejects.toThrow("not running");
    await hosts.boot(spec);
    expect(await hosts.stats(7)).toMatchObject({ memoryLimitBytes: 1024 ** 3, links: [{ name: "eth0" }] });
  });

  it("have disks that can be copied and brought back, onto another one, too", async () => {
    const hosts = driver();
    await expect(hosts.copyDisk(7, 1)).rejects.toThrow("Host 7 has no disk");
    await hosts.create(spec);
    hosts.disk(7, "as it was");
    await hosts.copyDisk(7, 1);
    hosts.disk(7, "changed");
    expect(await hosts.copies()).toEqual([{ id: 1, bytes: 9 }]);
    for (const id of [7, 8]) {
      await hosts.bringBack(1, { ...spec, id });
      expect(hosts.disk(id)).toBe("as it was");
    }
    for (const _ of [1, 2]) await hosts.dropCopy(1);
    expect(await hosts.copies()).toEqual([]);
    await expect(hosts.bringBack(1, spec)).rejects.toThrow("There is no copy 1 here.");
  });

  it("tell when one stops by itself, and only then", async () => {
    const hosts = driver();
    const exited: number[] = [];
    hosts.onExit((id) => exited.push(id));
    await hosts.create(spec);
    hosts.exit(7);
    await hosts.boot(spec);
    await hosts.shutdown(7);
    expect(exited).toEqual([]);
    await hosts.boot(spec);
    hosts.exit(7);
    expect(exited).toEqual([7]);
  });

  it("have a block of addresses for each slot", () => {
    expect(driver().network).toEqual({ publicIpv4: "198.18.0.0/20", publicIpv6: "2001:2:0:0::/64" });
    expect(new MemoryDriver({ slot: 31 }).network).toEqual({
      publicIpv4: "198.19.240.0/20",
      publicIpv6: "2001:2:0:1f::/64",
    });
  });
});
