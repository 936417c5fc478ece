import { MachineBackups } from "../../../cli/site/machineBackups";
import { listMachines, machinesTable, takeSnapshots } from "../../../cli/site/machineSnapshots";
import { restoreMachine, untilWell } from "../../../cli/site/restoreMachine";
import type { Finding } from "../../../cli/site/status/finding";
import { sshKey, TestCloud } from "../../local/api/client";

const { LINODE_URL, LINODE_TOKEN, LINODE_EVENT_POLL_MS } = process.env;

describe("Linode's backups of a machine", () => {
  let cloud: TestCloud;
  let machine: { id: number; label: string; name: string; roles: "database"[] };
  const said: string[] = [];

  const make = (label: string) =>
    cloud.linode({ label, root_pass: undefined, authorized_keys: [sshKey], interfaces: [{ purpose: "public" }, vpc] });
  const enable = (id: number) => cloud.ok("POST", `/linode/instances/${id}/backups/enable`, {});
  let vpc: Record<string, unknown>;

  beforeEach(async () => {
    cloud = await TestCloud.start();
    Object.assign(process.env, { LINODE_URL: cloud.url, LINODE_TOKEN: "test", LINODE_EVENT_POLL_MS: "20" });
    const subnets = [{ label: "servers", ipv4: "10.0.0.0/24" }];
    const { id } = await cloud.ok("POST", "/vpcs", { label: "gl-prod-vpc", region: "fr-par", subnets });
    const [subnet] = await cloud.list(`/vpcs/${id}/subnets`);
    vpc = { purpose: "vpc", subnet_id: subnet!.id };
    const label = "gl-prod-database";
    machine = { id: (await make(label)).id, label, name: "database", roles: ["database"] };
    said.length = 0;
    jest.spyOn(process.stderr, "write").mockImplementation((line) => said.push(String(line)) > 0);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await cloud.stop();
    for (const [name, value] of Object.entries({ LINODE_URL, LINODE_TOKEN, LINODE_EVENT_POLL_MS }))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  });

  it("are refused where they are off, with their price and the key; then nothing is begun", async () => {
    const other = await make("gl-prod-web");
    await enable(other.id);
    const both = [machine, { id: other.id, label: other.label, name: "web" }];
    await expect(takeSnapshots(both, "by hand")).rejects.toThrow(
      /^Linode's backups of gl-prod-database are off: 2\.00 US dollars a month for its plan g6-nanode-1\. .*trinode:backups\.machines/,
    );
    expect(await new MachineBackups().of({ ...machine, id: other.id })).toEqual([]);
  });

  it("are made while the machine runs; the next one replaces the former, and says so", async () => {
    await enable(machine.id);
    await takeSnapshots([machine], "by hand");
    expect(said.join("")).toContain("database: snapshot of gl-prod-database begins\n");
    const [second] = await takeSnapshots([machine], "by hand");
    expect(said.join("")).toMatch(/begins; it replaces the one of 20\d\d-/);
    const { machines } = await listMachines([machine]);
    expect(machines[0]!.backups.map(({ id }) => id)).toEqual([second!.snapshot]);
    expect(machinesTable(machines)).toMatch(/database +gl-prod-database +\d+ +20.*Z +snapshot +trinode by hand 20/);
    expect(machinesTable([])).toBe("");
  });

  it("that fail say so, and leave the former one", async () => {
    await enable(machine.id);
    const [first] = await takeSnapshots([machine], "by hand");
    await cloud.ok("POST", "/local/faults", { work: "linode_snapshot", failure: "A disk is broken." });
    const failing = takeSnapshots([machine], "by hand");
    await expect(failing).rejects.toThrow('the snapshot of gl-prod-database came to "failed". The former one is kept.');
    expect((await new MachineBackups().of(machine)).map(({ id }) => id)).toEqual([first!.snapshot]);
  });

  it("make the machine what it was, in its place, once its label is said", async () => {
    await enable(machine.id);
    cloud.driver.disk(machine.id, "as it was");
    const [{ snapshot } = { snapshot: 0 }] = await takeSnapshots([machine], "by hand");
    cloud.driver.disk(machine.id, "broken");
    const asked = restoreMachine(machine, "latest");
    await expect(asked).rejects.toThrow(/all data that the site has written.*\n.*--yes gl-prod-database$/);
    expect(cloud.driver.disk(machine.id)).toBe("broken");
    const done = await restoreMachine(machine, String(snapshot), machine.label);
    expect(done).toMatchObject({ machine: "database", backup: snapshot });
    expect(cloud.driver.disk(machine.id)).toBe("as it was");
    const [host] = (await cloud.driver.list()).filter(({ id }) => id === machine.id);
    expect(host).toMatchObject({ running: true, spec: { links: [{ purpose: "public" }, { purpose: "vpc" }] } });
  });

  it("put the machine into its network again where Linode has not", async () => {
    await enable(machine.id);
    await takeSnapshots([machine], "by hand");
    const configs = `/linode/instances/${machine.id}/configs`;
    const [before] = await cloud.list<{ id: number; interfaces: { ipv4: { vpc: string } | null }[] }>(configs);
    // As if it had forgotten the VPC: the address is another machine's while it is brought back.
    const bringBack = cloud.driver.bringBack.bind(cloud.driver);
    jest.spyOn(cloud.driver, "bringBack").mockImplementationOnce(async (copy, host) => {
      await bringBack(copy, host);
      const { store } = cloud.server.cloud;
      const [backup] = store.list("backup");
      const forgotten = backup!.configs.map((config) => ({ ...config, interfaces: [] }));
      store.write(() => store.update("backup", backup!.id, { configs: forgotten }));
    });
    await restoreMachine(machine, "latest", machine.label);
    const [after] = await cloud.list<{ interfaces: { ipv4: { vpc: string } | null }[] }>(configs);
    expect(after!.interfaces.map(({ ipv4 }) => ipv4)).toEqual(before!.interfaces.map(({ ipv4 }) => ipv4));
  });

  it("are back when the machine's services are, too; what stays ill is told", async () => {
    const ill: Finding = { where: "database", name: "postgresql", state: "unwell", text: "is starting up" };
    const look = jest.fn<Promise<Finding[]>, []>().mockResolvedValue([{ ...ill, state: "well" }]);
    look.mockResolvedValueOnce([ill]);
    await untilWell(machine.label, look);
    expect(look).toHaveBeenCalledTimes(2);
    look.mockResolvedValue([ill]);
    await expect(untilWell(machine.label, look, 0)).rejects.toThrow("not well: postgresql: is starting up.");
  });

  it("that Linode can't bring back leave the machine as it is, and the reason is told", async () => {
    await enable(machine.id);
    await takeSnapshots([machine], "by hand");
    cloud.driver.disk(machine.id, "now");
    await cloud.ok("POST", "/local/faults", { work: "backups_restore", failure: "No room." });
    await expect(restoreMachine(machine, "latest", machine.label)).rejects.toThrow(
      "database: Linode could not bring it back: No room.",
    );
    expect(cloud.driver.disk(machine.id)).toBe("now");
    await expect(restoreMachine(machine, "1", machine.label)).rejects.toThrow("Linode has no backup 1 of");
  });
});
