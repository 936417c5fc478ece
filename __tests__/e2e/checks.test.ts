import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { pulumi, type Stack } from "../../cli/pulumi";
import { configure, deploy, prepare } from "../../cli/rehearse";
import type { Finding } from "../../cli/site/status/finding";
import { SiteCommand } from "./support/siteCommand";

const local: LocalSettings = { directory: ".test/checks-e2e", port: 8417, slot: 17 };
const configFile = join(local.directory, "Pulumi.checks.yaml");

interface Probed {
  verdict: string;
  findings: Finding[];
}

describe("checks of a production", () => {
  let stack: Stack;
  let site: SiteCommand;
  let api: LinodeApi;
  let started = false;

  beforeAll(async () => {
    await prepare(local);
    started = true;
    stack = await configure({ local, stack: "checks", original: "Pulumi.prod.yaml", configFile });
    await deploy(stack, true);
    api = new LinodeApi(stack.env);
    site = new SiteCommand(stack);
  }, 900_000);

  afterAll(async () => {
    if (!started) return;
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
    rmSync(".trinode/checks", { recursive: true, force: true });
  }, 120_000);

  const probe = async (...more: string[]) => {
    const { code, stdout, stderr } = await site.run(["--json", "probe", ...more]);
    if (stdout === "") throw new Error(`./site probe: exit ${code}: ${stderr}`);
    return { code, ...(JSON.parse(stdout) as Probed) };
  };
  const unwell = ({ findings }: Probed) =>
    findings.filter(({ state }) => state === "unwell").map(({ name, text }) => `${name}: ${text}`);

  describe("./site probe", () => {
    it("finds all well from outside, and says what it can't tell from an operator's machine", async () => {
      const found = await probe();
      expect(unwell(found)).toEqual([]);
      expect([found.code, found.verdict]).toEqual([0, "well"]);
      expect(found.findings.map(({ name }) => name)).toEqual([
        ...["names", "https", "other names", "certificate", "protocols", "redirects", "hsts", "headers", "cookies"],
        ...["static files", "unknown host", "ports", "operators' ports"],
      ]);
      expect(found.findings.at(-1)?.text).toContain("this machine is among operators.cidrs");
    }, 60_000);

    it("says so when an operator's ports answer a machine that is said to be none of an operator", async () => {
      const found = await probe("--visitor");
      expect(found.code).toBe(1);
      expect(unwell(found)).toEqual([expect.stringContaining("database: 22 is open; database: 5432 is open")]);
    }, 60_000);

    it("sees a firewall that was opened by hand, although nobody listens behind it", async () => {
      const [firewall] = await api.find<{ id: number; label: string }>("/networking/firewalls", {
        label: "gamelenders-checks-app",
      });
      const path = `/networking/firewalls/${firewall?.id}/rules`;
      const rules = await api.call<{ inbound: object[] }>("GET", path);
      const opened = { label: "by-hand", action: "ACCEPT", protocol: "TCP", ports: "8080" };
      await api.call("PUT", path, {
        ...rules,
        inbound: [...rules.inbound, { ...opened, addresses: { ipv4: ["0.0.0.0/0"] } }],
      });
      expect(unwell(await probe())).toEqual([expect.stringContaining("app: 8080 is let through")]);
      await pulumi(stack, ["up", "--yes", "--skip-preview", "--refresh"]);
      expect(unwell(await probe())).toEqual([]);
    }, 120_000);

    it("sees what is not as configured: another answer", async () => {
      const other = `${configFile}.other.yaml`;
      writeFileSync(other, readFileSync(configFile, "utf8").replace("text: ok", "text: very well"));
      const found = await new SiteCommand({ ...stack, configFile: other }).run(["probe"]);
      expect(found.code).toBe(1);
      expect(found.stdout).toContain(
        'NOT WELL: https://www.gamelenders.test/health/ answers 200, but without "very well"',
      );
    }, 60_000);

    it("sees that nobody answers", async () => {
      await site.well(["stop"]);
      const found = await probe();
      expect(found.code).toBe(1);
      expect(unwell(found).join("\n")).toMatch(/https: https:\/\/www\.gamelenders\.test\/health\/: .*ECONNREFUSED/);
      await site.well(["start"]);
      expect(unwell(await probe())).toEqual([]);
    }, 120_000);
  });

  describe("./site check", () => {
    const checking = async (name: string, change: (text: string) => string) => {
      const file = `${configFile}.${name}.yaml`;
      writeFileSync(file, change(readFileSync(configFile, "utf8")));
      return new SiteCommand({ ...stack, configFile: file }).run(["check"]);
    };
    const adding = (line: string) => (text: string) => text.replace("config:\n", `config:\n  ${line}\n`);

    it("finds every rule kept by what stands", async () => {
      expect(await site.well(["check"])).toMatch(/^stack checks keeps all \d+ rules\n$/);
    }, 60_000);

    it("says which rule a change would break", async () => {
      const found = await checking("ceiling", adding("trinode:costCeiling: 14"));
      expect([found.code, found.stdout]).toEqual([
        1,
        expect.stringContaining("cost $15 a month, and 14 is the ceiling"),
      ]);
    }, 60_000);

    it("says what is wrong with a configuration, all of it", async () => {
      const found = await checking("mistakes", (text) =>
        adding("trinode:nonsense: 1")(text).replace(/site: .*/, "site: root"),
      );
      expect(found.code).toBe(1);
      expect(found.stdout).toContain("trinode:nonsense: there is no such key");
      expect(found.stdout).toContain("is the name of a user that Debian has");
    }, 60_000);
  });
});
