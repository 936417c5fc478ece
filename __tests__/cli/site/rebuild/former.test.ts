import { FormerMachines, formerTag } from "../../../../cli/site/rebuild/former";
import { sshKey, TestCloud } from "../../../local/api/client";

const { LINODE_URL, LINODE_TOKEN, LINODE_EVENT_POLL_MS } = process.env;

describe("a machine that leaves its place", () => {
  let cloud: TestCloud;
  let subnet: number;
  let id: number;
  const label = "gl-prod-database";
  const tags = ["trinode", "site:gl", "stack:prod"];

  const make = () =>
    cloud.ok("POST", "/linode/instances", {
      ...{ label, tags, region: "fr-par", type: "g6-nanode-1", image: "linode/debian13", authorized_keys: [sshKey] },
      interfaces: [
        { purpose: "public", primary: true },
        { purpose: "vpc", subnet_id: subnet, ipv4: { vpc: "10.0.0.10" } },
      ],
    });
  const look = (which: number) =>
    cloud.ok<{ id: number; label: string; tags: string[]; status: string }>("GET", `/linode/instances/${which}`);
  const running = async (which: number) => {
    while ((await look(which)).status !== "running") await new Promise((resolve) => setTimeout(resolve, 20));
  };

  beforeEach(async () => {
    cloud = await TestCloud.start();
    Object.assign(process.env, { LINODE_URL: cloud.url, LINODE_TOKEN: "test", LINODE_EVENT_POLL_MS: "20" });
    const vpc = await cloud.ok("POST", "/vpcs", {
      ...{ label: "gl-prod-vpc", region: "fr-par" },
      subnets: [{ label: "servers", ipv4: "10.0.0.0/24" }],
    });
    subnet = (await cloud.list(`/vpcs/${vpc.id}/subnets`))[0]!.id;
    id = (await make()).id;
    await running(id);
  });
  afterEach(async () => {
    await cloud.stop();
    for (const [name, value] of Object.entries({ LINODE_URL, LINODE_TOKEN, LINODE_EVENT_POLL_MS }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it("is kept, switched off, and another one takes its label and its address", async () => {
    const machines = new FormerMachines();
    const taken = await cloud.refusal("POST", "/linode/instances", { label, region: "fr-par", type: "g6-nanode-1" });
    expect(taken).toEqual([expect.stringMatching(/^label: .*unique/i)]);
    await machines.setAside({ id, label });
    await machines.setAside({ id, label });
    expect(await look(id)).toMatchObject({ label: `${label}-former`, tags: [...tags, formerTag], status: "offline" });
    expect((await machines.of(tags)).map((machine) => machine.id)).toEqual([id]);
    expect(await machines.of(["trinode", "stack:other"])).toEqual([]);
    expect((await make()).id).not.toBe(id);
  });

  it("comes back to where it was", async () => {
    const machines = new FormerMachines();
    const place = await machines.placeOf(id);
    expect(place).toMatchObject({ subnet, address: "10.0.0.10" });
    await machines.setAside({ id, label });
    for (let twice = 0; twice < 2; twice += 1) await machines.putBack({ id, label, place: place! });
    expect(await look(id)).toMatchObject({ label, tags, status: "running" });
    expect(await machines.placeOf(id)).toEqual(place);
  });

  it("is deleted by its number, and no machine that was not set aside", async () => {
    const machines = new FormerMachines();
    await expect(machines.remove({ id, label })).rejects.toThrow("it is not deleted");
    await machines.setAside({ id, label });
    const other = await make();
    for (let twice = 0; twice < 2; twice += 1) await machines.remove({ id, label });
    const left = await cloud.list<{ id: number; status: string }>("/linode/instances");
    expect(left.filter(({ id: one }) => one === other.id)).toHaveLength(1);
    expect(left.filter(({ id: one, status }) => one === id && status !== "deleting")).toEqual([]);
  });
});
