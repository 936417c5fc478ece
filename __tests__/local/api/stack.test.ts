import type { Config, Disk, Subnet } from "@linode/api-v4";
import { TestCloud, anywhere, rootPass, sshKey } from "./client";

let cloud: TestCloud;
beforeEach(async () => (cloud = await TestCloud.start()));
afterEach(() => cloud.stop());

async function network() {
  const vpc = await cloud.ok("POST", "/vpcs", { label: "prod", region: "fr-par", description: "" });
  const subnet = await cloud.ok("POST", `/vpcs/${vpc.id}/subnets`, { label: "servers", ipv4: "10.0.4.0/24" });
  const firewall = await cloud.ok("POST", "/networking/firewalls", {
    label: "web",
    rules: {
      inbound: [{ action: "ACCEPT", label: "ssh", ports: "22", protocol: "TCP", addresses: anywhere }],
      inbound_policy: "DROP",
      outbound: [],
      outbound_policy: "ACCEPT",
    },
    tags: [],
    devices: {},
  });
  return { vpc, subnet, firewall };
}

describe("what a stack of the Linode provider does", () => {
  it("makes a Linode with a VPC address, a firewall and keys, and it runs", async () => {
    const { vpc, subnet, firewall } = await network();
    const created = await cloud.ok("POST", "/linode/instances", {
      region: "fr-par",
      type: "g6-nanode-1",
      label: "site-prod-web",
      image: "linode/debian13",
      root_pass: rootPass,
      authorized_keys: [sshKey],
      interfaces: [
        { purpose: "public", primary: true },
        { purpose: "vpc", subnet_id: subnet.id, ipv4: { vpc: "10.0.4.10" } },
      ],
      metadata: { user_data: Buffer.from("#cloud-config\n").toString("base64") },
      firewall_id: firewall.id,
      tags: ["web"],
      swap_size: 256,
      booted: true,
    });
    expect(created).toMatchObject({
      status: "provisioning",
      label: "site-prod-web",
      has_user_data: true,
      tags: ["web"],
    });
    await cloud.settled();
    const { id } = created;
    expect(await cloud.ok("GET", `/linode/instances/${id}`)).toMatchObject({ status: "running" });

    const [host] = await cloud.driver.list();
    expect(host?.spec).toMatchObject({
      id,
      label: "site-prod-web",
      image: "linode/debian13",
      plan: { memoryMb: 1024, vcpus: 1, diskMb: 25344, swapMb: 256 },
      links: [
        { purpose: "public", addresses: ["198.18.128.16/24", "2001:2:0:8::10/64"] },
        { purpose: "vpc", addresses: ["10.0.4.10/24"], vpc: { id: vpc.id, subnets: ["10.0.4.0/24"] } },
      ],
    });
    expect(cloud.driver.firewalls.get(id)).toEqual({
      inbound: [{ action: "ACCEPT", protocol: "TCP", ports: "22", ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] }],
      inboundPolicy: "DROP",
      outbound: [],
      outboundPolicy: "ACCEPT",
    });

    const disks = await cloud.list<Disk>(`/linode/instances/${id}/disks?page=1`);
    expect(disks.map((disk) => [disk.label, disk.size, disk.status])).toEqual([
      ["Debian 13 Disk", 25344, "ready"],
      ["256 MB Swap Image", 256, "ready"],
    ]);
    const configs = await cloud.list<Config>(`/linode/instances/${id}/configs?page=1`);
    expect(configs).toHaveLength(1);
    expect(configs[0]).toMatchObject({ label: "My Debian 13 Disk Profile", kernel: "linode/grub2" });
    const [config] = configs;
    expect(config?.interfaces?.[1]).toMatchObject({ active: true, subnet_id: subnet.id, ipv4: { vpc: "10.0.4.10" } });
    const inside = await cloud.ok<Subnet>("GET", `/vpcs/${vpc.id}/subnets/${subnet.id}`);
    expect(inside.linodes).toEqual([
      { id, interfaces: [{ id: config?.interfaces?.[1]?.id, active: true, config_id: config?.id }] },
    ]);
    expect(await cloud.history(id)).toEqual(["linode_create finished", "linode_boot finished"]);
  });

  it("keeps interfaces when the provider writes the config back with null", async () => {
    const { subnet } = await network();
    const linode = await cloud.linode({
      interfaces: [{ purpose: "public" }, { purpose: "vpc", subnet_id: subnet.id }],
    });
    const [before] = await cloud.list<Config>(`/linode/instances/${linode.id}/configs`);
    if (!before) throw new Error("no config");
    const after = await cloud.ok("PUT", `/linode/instances/${linode.id}/configs/${before.id}`, {
      label: before.label,
      comments: "",
      devices: {
        sda: { disk_id: (before.devices.sda as { disk_id: number }).disk_id },
        sdb: { disk_id: (before.devices.sdb as { disk_id: number }).disk_id },
      },
      helpers: before.helpers,
      interfaces: null,
      memory_limit: 0,
      kernel: "linode/grub2",
      init_rd: null,
      root_device: "/dev/sda",
      run_level: "default",
      virt_mode: "paravirt",
    });
    expect(after).toEqual({ ...before, updated: after.updated });
    expect(before.interfaces?.[1]?.ipv4?.vpc).toBe("10.0.4.2");
  });

  it("resizes as the provider does: off, resized, off, and rebooted into the new plan", async () => {
    const { id } = await cloud.linode();
    const [config] = await cloud.list(`/linode/instances/${id}/configs`);
    await cloud.ok("POST", `/linode/instances/${id}/shutdown`, {});
    await cloud.settled();
    await cloud.ok("POST", `/linode/instances/${id}/resize`, {
      type: "g6-standard-1",
      migration_type: "cold",
      allow_auto_disk_resize: true,
    });
    await cloud.settled();
    expect(await cloud.ok("GET", `/linode/instances/${id}`)).toMatchObject({
      status: "offline",
      type: "g6-standard-1",
    });
    await cloud.ok("POST", `/linode/instances/${id}/reboot`, { config_id: config?.id });
    await cloud.settled();
    expect(await cloud.ok("GET", `/linode/instances/${id}`)).toMatchObject({ status: "running" });
    const [host] = await cloud.driver.list();
    expect(host?.spec.plan).toEqual({ memoryMb: 2048, vcpus: 1, diskMb: 50688, swapMb: 512 });
    expect(await cloud.history(id)).toEqual([
      "linode_create finished",
      "linode_boot finished",
      "linode_shutdown finished",
      "linode_resize finished",
      "linode_reboot finished",
    ]);
  });

  it("destroys everything, and the events of a deleted Linode can still be read", async () => {
    const { vpc, subnet, firewall } = await network();
    const { id } = await cloud.linode({
      firewall_id: firewall.id,
      interfaces: [{ purpose: "vpc", subnet_id: subnet.id }],
    });
    await cloud.ok("DELETE", `/linode/instances/${id}`);
    await cloud.settled();
    expect((await cloud.call("GET", `/linode/instances/${id}`)).status).toBe(404);
    expect(await cloud.driver.list()).toEqual([]);
    expect((await cloud.history(id)).at(-1)).toBe("linode_delete finished");
    expect((await cloud.ok("GET", `/networking/firewalls/${firewall.id}/devices`)).results).toBe(0);
    await cloud.ok("DELETE", `/vpcs/${vpc.id}/subnets/${subnet.id}`);
    await cloud.ok("DELETE", `/vpcs/${vpc.id}`);
    await cloud.ok("DELETE", `/networking/firewalls/${firewall.id}`);
    expect((await cloud.ok("GET", "/networking/ips")).results).toBe(0);
  });

  it("resolves the names of its zones inside the hosts, and gives an address its name back", async () => {
    const { ipv4 } = await cloud.linode();
    const zone = await cloud.ok("POST", "/domains", {
      domain: "example.org",
      type: "master",
      soa_email: "me@example.org",
      master_ips: null,
      axfr_ips: null,
      tags: null,
      ttl_sec: 299,
    });
    expect(zone).toMatchObject({ ttl_sec: 300, tags: [], master_ips: [] });
    const record = { type: "A", name: "www.example.org", target: ipv4[0] };
    expect(await cloud.ok("POST", `/domains/${zone.id}/records`, record)).toMatchObject({ name: "www", ttl_sec: 0 });
    expect(cloud.driver.names).toEqual([{ name: "www.example.org", type: "A", value: ipv4[0] }]);
    expect(await cloud.refusal("PUT", `/networking/ips/${ipv4[0]}`, { rdns: "mail.example.org" })).toEqual([
      expect.stringContaining("unable to perform a lookup"),
    ]);
    expect(await cloud.ok("PUT", `/networking/ips/${ipv4[0]}`, { rdns: "www.example.org" })).toMatchObject({
      rdns: "www.example.org",
    });
    expect(await cloud.ok("PUT", `/networking/ips/${ipv4[0]}`, { rdns: null })).toMatchObject({
      rdns: "198-18-128-16.ip.linodeusercontent.com",
    });
    await cloud.ok("DELETE", `/domains/${zone.id}`);
    expect(cloud.driver.names).toEqual([]);
  });
});
