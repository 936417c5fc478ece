import { readFileSync, writeFileSync } from "node:fs";
import { parse, stringify } from "yaml";
import { run } from "../../../cli/run";
import { addressesOf, networkName } from "../../../local/hosts/nspawn/addressing";
import { within } from "./outside";
import { firewallOf, type Standing } from "./standing";

/** Of a machine that is no operator's: this one, seen by another address. */
const elsewhere = "198.51.100.17";

/** What `./site admit` does for a caller whose address is none of an operator's. */
export function admitCases(production: () => Standing): void {
  /** From which address this machine asks the hosts. */
  async function askFrom(address: string): Promise<void> {
    const { slot } = production().local;
    const { publicIpv4, gateway } = addressesOf(slot);
    const route = [publicIpv4, "via", gateway, "dev", networkName(slot), "src", address, "onlink"];
    await run("ip", ["route", "replace", ...route]);
  }
  const rules = async () => {
    const all = await Promise.all(["web", "app", "database"].map((role) => firewallOf(production(), role)));
    return all.flatMap(({ inbound }) => inbound).filter(({ label = "" }) => label.startsWith("admit-"));
  };

  beforeAll(async () => {
    await run("ip", ["address", "replace", `${elsewhere}/32`, "dev", networkName(production().local.slot)]);
    await askFrom(elsewhere);
  });
  afterAll(() => askFrom(addressesOf(production().local.slot).operator));

  it("keeps a stranger out, and lets him in while a command runs", async () => {
    const { site } = production();
    const command = ["./site", "--stack", production().stack.name, "--config-file", production().stack.configFile!];
    expect((await site.run(["status"])).code).toBe(2);
    const { code, stdout } = await site.run(["admit", "--address", elsewhere, "--", ...command, "drift"]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/admitted +198\.51\.100\.17\/32, for a time[^]*all is well/),
    ]);
    expect(await rules()).toEqual([]);
    expect((await site.run(["status"])).code).toBe(2);
  }, 300_000);

  it("gives the command's exit code, and takes out what it let in when it fails", async () => {
    const ended = await production().site.run(["admit", "--address", elsewhere, "--", "bash", "-c", "exit 7"]);
    expect([ended.code, await rules()]).toEqual([7, []]);
  }, 300_000);

  it("lets pulumi up through that writes the firewalls anew, to PostgreSQL, too", async () => {
    const { site, stack } = production();
    const file = `${stack.configFile}.admitted.yaml`;
    const { config, ...rest } = parse(readFileSync(stack.configFile!, "utf8")) as { config: Record<string, object> };
    const operators = config["trinode:operators"] as { cidrs: string[] };
    const cidrs = [...operators.cidrs, "203.0.113.0/24"];
    writeFileSync(file, stringify({ ...rest, config: { ...config, "trinode:operators": { ...operators, cidrs } } }));
    const up = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.name];
    const admit = (...words: string[]) => site.well(["admit", "--address", elsewhere, "--", ...words]);
    await admit(...up, "--config-file", file);
    expect((await firewallOf(production(), "app")).inbound[0]?.addresses?.ipv4).toEqual(cidrs);
    await admit(...up, "--refresh", "--config-file", stack.configFile!);
    expect((await firewallOf(production(), "app")).inbound[0]?.addresses?.ipv4).toEqual(operators.cidrs);
    expect(await rules()).toEqual([]);
  }, 300_000);

  it("takes out what it let in when it is killed, with all that it has started", async () => {
    const killed = { when: "I am in", signal: "SIGKILL" } as const;
    const words = ["bash", "-c", "echo I am in; sleep 60"];
    await production().site.interrupted(["admit", "--address", elsewhere, "--", ...words], killed);
    await within(20, async () => expect(await rules()).toEqual([]));
    expect((await production().site.run(["status"])).code).toBe(2);
  }, 300_000);

  it("reaps what is left when the whole machine dies, once its time is over, and nothing younger", async () => {
    const { site } = production();
    const { add } = await firewallOf(production(), "app");
    await add("admit-20260102T030405Z-abc123", "22", "203.0.113.7/32");
    expect(await site.well(["admit", "--reap"])).toBe(`taken out of gamelenders-${production().stack.name}-app\n`);
    expect(await rules()).toEqual([]);
    await add("admit-20990102T030405Z-abc123", "22", "203.0.113.7/32");
    expect(await site.well(["admit", "--reap"])).toBe("nobody was forgotten\n");
    expect(await rules()).toHaveLength(1);
    await (await firewallOf(production(), "app")).drop("admit-20990102T030405Z-abc123");
  }, 300_000);

  it("refuses a command that is none, and an address that is none", async () => {
    const { site } = production();
    expect((await site.run(["admit"])).code).toBe(64);
    expect((await site.run(["admit", "--address", "me", "--", "true"])).code).toBe(64);
  }, 300_000);
}
