import { rmSync } from "node:fs";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, localEnvironment, type LocalSettings } from "../../cli/localLinode";
import { prepare } from "../../cli/rehearse";
import { run } from "../../cli/run";
import { SiteCommand } from "./support/siteCommand";
import { type Labelled, standInProduction } from "./support/standInProduction";

const local: LocalSettings = { directory: ".test/staging", port: 8418, slot: 18 };
const requests = ["pr-1801", "pr-1802", "pr-1803"];

describe("staging stacks", () => {
  let env: NodeJS.ProcessEnv;
  let api: LinodeApi;
  let site: SiteCommand;
  let production: [firewall: Labelled, machine: Labelled];
  let started = false;

  const labelled = (path: string) => api.find<Labelled>(path, {});
  const everything = async () => {
    const lists = await Promise.all(["/linode/instances", "/networking/firewalls", "/vpcs"].map(labelled));
    return lists
      .flat()
      .map(({ label }) => label)
      .sort();
  };
  const json = async <T>(...args: string[]) => JSON.parse(await site.well(["--json", "staging", ...args])) as T;

  beforeAll(async () => {
    await prepare(local);
    started = true;
    env = await localEnvironment(local);
    api = new LinodeApi(env);
    site = new SiteCommand({ name: "none", configFile: "none", env });
    production = await standInProduction(api);
  }, 900_000);

  afterAll(async () => {
    if (!started) return;
    await localDown(local, "reset");
    for (const name of requests) rmSync(`.trinode/${name}`, { recursive: true, force: true });
    rmSync(local.directory, { recursive: true, force: true });
  }, 120_000);

  it("stand three at a time, each well from outside, and are found by their tags", async () => {
    const made = await Promise.all(requests.map((name) => json<{ url: string; well: boolean }>("up", name)));
    expect(made.map(({ url, well }) => [url, well])).toEqual(
      requests.map((name) => [`https://${name}.gamelenders.test/`, true]),
    );
    const listed = await json<{ stack: string; linodes: number }[]>("list");
    expect(listed.map(({ stack, linodes }) => [stack, linodes]).sort()).toEqual(requests.map((name) => [name, 1]));
  }, 900_000);

  it("catch the mail that their site sends, and let none out", async () => {
    const [name] = requests as [string];
    const staging = new SiteCommand({ name, configFile: `.trinode/${name}/Pulumi.${name}.yaml`, env });
    await staging.well(["run", "--", "manage.py", "sendtestemail", "visitor@example.org"]);
    expect(await staging.well(["run", "--", "sh", "-c", "cat ~/mail/*"])).toMatch(/^To: visitor@example\.org$/m);
    const firewalls = await api.find<Labelled & { rules: { outbound: object[] } }>("/networking/firewalls", {});
    const own = firewalls.filter(({ label }) => label.includes(name));
    expect(own.map(({ rules }) => rules.outbound)).toEqual([
      [expect.objectContaining({ action: "DROP", ports: "25, 465, 587, 2525" })],
    ]);
  }, 120_000);

  it("are brought up to date by another job, which has nothing of the first one's files", async () => {
    const before = await labelled("/linode/instances");
    rmSync(`.trinode/${requests[0]}`, { recursive: true });
    expect(await json("up", requests[0]!)).toMatchObject({ well: true });
    expect((await labelled("/linode/instances")).map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  }, 300_000);

  it("are destroyed when their request closes, and nothing of them is left", async () => {
    rmSync(`.trinode/${requests[0]}`, { recursive: true });
    expect(await json("down", requests[0]!)).toMatchObject({ there: true });
    expect((await everything()).filter((label) => label.includes(requests[0]!))).toEqual([]);
    expect(await run("pulumi", ["stack", "ls", "--json"], { env: { ...env, PULUMI_STACK: undefined } })).not.toContain(
      requests[0],
    );
    expect(await json("down", requests[0]!)).toMatchObject({ there: false });
  }, 300_000);

  it("that are young are kept, and a dry run takes nothing", async () => {
    const before = await everything();
    const kept = await json<{ became: string }[]>("reap");
    expect(kept.map(({ became }) => became)).toEqual(["kept", "kept"]);
    const dry = await json<{ became: string }[]>("reap", "--hours", "0", "--dry-run");
    expect(dry.map(({ became }) => became)).toEqual(["would go", "would go"]);
    expect(await everything()).toEqual(before);
  }, 120_000);

  it("are reaped when they are old, those of a crashed job without a state, too; a production never", async () => {
    const [, abandoned, crashed] = requests as [string, string, string];
    await run("pulumi", ["stack", "rm", "--yes", "--force", "--stack", crashed, "--non-interactive"], {
      env: { ...env, PULUMI_STACK: undefined },
    });
    const reaped = await json<{ stack: string; became: string }[]>("reap", "--hours", "0");
    expect(reaped.map(({ stack, became }) => [stack, became]).sort()).toEqual([
      [abandoned, "destroyed"],
      [crashed, "deleted"],
    ]);
    expect(await everything()).toEqual(production.map(({ label }) => label));
    expect((await labelled("/linode/instances")).map(({ id }) => id)).toEqual([production[1].id]);
  }, 300_000);

  it("are never a production, whatever is asked for", async () => {
    for (const [verb, name] of [
      ["down", "prod"],
      ["down", "local"],
      ["up", "production"],
      ["up", "pr-0"],
    ] as const) {
      const { code, stderr } = await site.run(["staging", verb, name]);
      expect([code, stderr]).toEqual([1, expect.stringContaining("is no staging stack's name")]);
    }
  }, 60_000);
});
