import {
  baseRequest,
  createDomain,
  createDomainRecord,
  createFirewall,
  createLinode,
  createSSHKey,
  createVPC,
  deleteFirewallDevice,
  deleteLinode,
  getEvents,
  getFirewallDevices,
  getImages,
  getLinode,
  getLinodeConfigs,
  getLinodeDisks,
  getLinodeIPs,
  getLinodes,
  getProfile,
  getRegions,
  getTags,
  getType,
  getVPCs,
  linodeBoot,
  linodeShutdown,
  rebuildLinode,
  resizeLinode,
  setToken,
  updateFirewallRules,
  updateLinode,
} from "@linode/api-v4";
import { TestCloud, rootPass, sshKey } from "./client";

let cloud: TestCloud;
let interceptor: number;
beforeAll(async () => {
  cloud = await TestCloud.start();
  setToken("test");
  interceptor = baseRequest.interceptors.request.use((config) => ({
    ...config,
    adapter: "fetch",
    url: config.url?.replace("https://api.linode.com", cloud.url),
  }));
});
afterAll(async () => {
  baseRequest.interceptors.request.eject(interceptor);
  await cloud.stop();
});

describe("@linode/api-v4, the client of Cloud Manager, unchanged", () => {
  it("reads the catalogue and the account", async () => {
    expect((await getRegions()).results).toBeGreaterThan(30);
    expect(await getType("g6-nanode-1")).toMatchObject({ memory: 1024, price: { monthly: 5 } });
    expect((await getImages({}, { vendor: "Debian", deprecated: false })).data.map((image) => image.id)).toContain(
      "linode/debian13",
    );
    expect(await getProfile()).toMatchObject({ username: "local" });
  });

  it("takes a Linode through its life", async () => {
    const vpc = await createVPC({ label: "net", region: "fr-par", subnets: [{ label: "in", ipv4: "10.0.0.0/24" }] });
    const made = await createLinode({
      region: "fr-par",
      type: "g6-nanode-1",
      image: "linode/debian13",
      label: "from-api-v4",
      root_pass: rootPass,
      authorized_users: ["local"],
      tags: ["one-tag"],
      interfaces: [
        { purpose: "public", primary: true, ipam_address: null, label: null },
        {
          purpose: "vpc",
          vpc_id: vpc.id,
          subnet_id: vpc.subnets[0]?.id,
          ipv4: { vpc: "10.0.0.9" },
          ipam_address: null,
          label: null,
        },
      ],
    });
    await cloud.settled();
    expect(await getLinode(made.id)).toMatchObject({ status: "running", label: "from-api-v4" });
    expect((await getLinodeConfigs(made.id)).data[0]?.interfaces?.[1]).toMatchObject({ ipv4: { vpc: "10.0.0.9" } });
    expect((await getLinodeDisks(made.id)).results).toBe(2);
    expect((await getLinodeIPs(made.id)).ipv4.public).toHaveLength(1);
    expect((await getVPCs()).data[0]?.subnets[0]?.linodes[0]?.id).toBe(made.id);

    await updateLinode(made.id, { label: "renamed" });
    expect((await getLinodes({}, { label: "renamed" })).results).toBe(1);
    await linodeShutdown(made.id);
    await cloud.settled();
    await resizeLinode(made.id, { type: "g6-standard-1", allow_auto_disk_resize: true, migration_type: "cold" });
    await cloud.settled();
    await linodeBoot(made.id);
    await cloud.settled();
    expect(await getLinode(made.id)).toMatchObject({ status: "running", type: "g6-standard-1" });
    await rebuildLinode(made.id, { image: "linode/debian12", root_pass: rootPass });
    await cloud.settled();
    await deleteLinode(made.id);
    await cloud.settled();
    await expect(getLinode(made.id)).rejects.toMatchObject({ response: { status: 404 } });
    const events = await getEvents({}, { "entity.id": made.id, "+order_by": "created", "+order": "desc" });
    expect(events.data[0]).toMatchObject({ action: "linode_delete", status: "finished" });
  });

  it("sets firewalls, domains, keys", async () => {
    const { id } = await cloud.linode({ tags: ["web"] });
    const rules = { inbound: [], inbound_policy: "DROP" as const, outbound: [], outbound_policy: "ACCEPT" as const };
    const firewall = await createFirewall({ label: "wall", rules, devices: { linodes: [id] } });
    await updateFirewallRules(firewall.id, {
      ...rules,
      inbound: [
        { action: "ACCEPT", protocol: "TCP", ports: "22, 443", label: "web", addresses: { ipv4: ["0.0.0.0/0"] } },
      ],
    });
    expect(cloud.driver.firewalls.get(id)?.inbound).toMatchObject([{ ports: "22, 443" }]);
    const [device] = (await getFirewallDevices(firewall.id)).data;
    await deleteFirewallDevice(firewall.id, device?.id ?? 0);
    expect(cloud.driver.firewalls.get(id)).toBeNull();

    const domain = await createDomain({ domain: "api-v4.org", type: "master", soa_email: "a@api-v4.org" });
    expect(
      await createDomainRecord(domain.id, { type: "MX", name: "", target: "mail.api-v4.org", priority: 10 }),
    ).toMatchObject({ priority: 10 });
    expect(await createSSHKey({ label: "key", ssh_key: sshKey })).toMatchObject({ label: "key" });
    expect((await getTags()).data).toContainEqual({ label: "web" });
  });

  it("gets Linode's errors as it knows them", async () => {
    const same = {
      region: "fr-par",
      type: "g6-nanode-1",
      label: "the-same",
      root_pass: rootPass,
      image: "linode/debian13",
    };
    await createLinode(same);
    await expect(createLinode(same)).rejects.toMatchObject({
      response: { data: { errors: [{ reason: "Label must be unique among your linodes", field: "label" }] } },
    });
  });
});
