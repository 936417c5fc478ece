import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { showProgress } from "../../cli/progress";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { pulumi, type Stack } from "../../cli/pulumi";
import { configure, deploy, prepare } from "../../cli/rehearse";
import { admitCases } from "./support/admitCases";
import { deployCases } from "./support/deployCases";
import { driftCases } from "./support/driftCases";
import { type PreviewCase, previewCases } from "./support/previewCases";
import { SiteCommand } from "./support/siteCommand";
import { firewallOf, look, on, unwell } from "./support/standing";

const local: LocalSettings = { directory: ".test/checks-e2e", port: 8417, slot: 17 };
const configFile = join(local.directory, "Pulumi.checks.yaml");

describe("checks of a production", () => {
  let stack: Stack;
  let site: SiteCommand;
  let api: LinodeApi;
  let started = false;

  beforeAll(async () => {
    await prepare(local);
    started = true;
    stack = await configure({ local, stack: "checks", original: "Pulumi.prod.yaml", configFile });
    await deploy(stack, showProgress);
    api = new LinodeApi(stack.env);
    site = new SiteCommand(stack);
  }, 900_000);

  afterAll(async () => {
    if (!started) return;
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
    rmSync(".trinode/checks", { recursive: true, force: true });
  }, 120_000);

  const probe = (...more: string[]) => look(site, ["probe", ...more]);

  describe("./site probe", () => {
    it("finds all well from outside, and says what it can't tell from an operator's machine", async () => {
      const found = await probe();
      expect(unwell(found)).toEqual([]);
      expect([found.code, found.verdict]).toEqual([0, "well"]);
      expect(found.findings.map(({ name }) => name)).toEqual([
        ...["names", "https", "other names", "certificate", "protocols", "redirects", "hsts", "headers", "cookies"],
        ...[
          "static files",
          "unknown host",
          "ports",
          "operators' ports",
          "ports over IPv6",
          "backup of database",
          "backup of app",
        ],
      ]);
      expect(found.findings.find(({ name }) => name === "operators' ports")?.text).toContain(
        "this machine is among operators.cidrs",
      );
    }, 60_000);

    it("says how old the newest backup is, and when it is too old", async () => {
      await site.well(["backup"]);
      expect((await probe()).findings.at(-1)).toMatchObject({
        state: "well",
        text: expect.stringContaining("0 hours ago") as string,
      });
      const old = "sed -i 's/ [^ ]*$/ 2026-01-02T03:04:05Z/' /var/lib/trinode/backups/last";
      await on({ local, stack, site, api }, "database", old);
      const found = await probe();
      expect(unwell(found)).toEqual([
        expect.stringMatching(/^backup of database: \S+, read back \d+ hours ago; it may be 26$/),
      ]);
      await site.well(["backup"]);
      expect(unwell(await probe())).toEqual([]);
    }, 300_000);

    it("says so when an operator's ports answer a machine that is said to be none of an operator", async () => {
      const found = await probe("--visitor");
      expect(found.code).toBe(1);
      expect(unwell(found)).toEqual([expect.stringContaining("database: 22 is open; database: 5432 is open")]);
    }, 60_000);

    it("sees a firewall that was opened by hand, although nobody listens behind it", async () => {
      await (await firewallOf({ local, stack, site, api }, "app")).add("by-hand", "8080", "0.0.0.0/0");
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

  describe("./site drift", () => driftCases(() => ({ local, stack, site, api })));
  describe("./site admit", () => admitCases(() => ({ local, stack, site, api })));

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

  describe("./site preview", () => {
    const preview = (file: string, ...more: string[]) =>
      new SiteCommand({ ...stack, configFile: file }).run(["preview", ...more]);

    function withKey({ key, change }: Pick<PreviewCase, "key" | "change">): string {
      const { config, ...rest } = parse(readFileSync(configFile, "utf8")) as { config: Record<string, unknown> };
      const file = `${configFile}.preview.yaml`;
      writeFileSync(file, stringify({ ...rest, config: { ...config, [key]: change(config[key] as never) } }));
      return file;
    }

    // The table of docs/changes.md.
    it.each(previewCases)(
      "says the truth about a change of $row",
      async ({ says, silent = [], refused = false, ...one }) => {
        const { code, stdout } = await preview(withKey(one), "--no-site");
        const missing = says.filter((text) => !(typeof text === "string" ? stdout.includes(text) : text.test(stdout)));
        const wrong = silent.filter((text) => (typeof text === "string" ? stdout.includes(text) : text.test(stdout)));
        expect({ code, missing, wrong, ...((missing.length || wrong.length) && { stdout }) }).toEqual({
          code: refused ? 1 : 0,
          missing: [],
          wrong: [],
        });
      },
      60_000,
    );

    it("keeps to itself what is secret, and writes comment, preview and verdict for a CI", async () => {
      const output = join(local.directory, "preview");
      const { code, stdout } = await preview(configFile, "--output", output);
      expect([code, stdout]).toEqual([0, expect.stringContaining("✅ Nothing changes on `checks`")]);
      expect(stdout).toContain("that pass: `manage.py check --deploy --fail-level WARNING`, `manage.py makemigrations");
      const written = ["comment.md", "preview.json", "verdict.json"].map((name) =>
        readFileSync(join(output, name), "utf8"),
      );
      expect(written[0]).toBe(stdout);
      expect(JSON.parse(written[1]!)).toHaveProperty("steps");
      expect(JSON.parse(written[2]!)).toEqual({ stack: "checks", acceptable: true, changes: 0 });
      const key = readFileSync(join(local.directory, "ssh/id_ed25519"), "utf8").split("\n")[2]!;
      for (const text of written) expect(text).not.toContain(key);
    }, 120_000);

    it("refuses a site whose own checks fail: settings that are not safe, a migration that is missing", async () => {
      const directory = join(local.directory, "unsafe");
      cpSync("examples/gamelenders/site", directory, { recursive: true });
      appendFileSync(
        join(directory, "gamelenders/settings/production.py"),
        "\nSESSION_COOKIE_SECURE = False\nX_FRAME_OPTIONS = 'ALLOWALL'\n",
      );
      appendFileSync(
        join(directory, "lending/models.py"),
        "\n\nclass Forgotten(models.Model):\n    name = models.CharField(max_length=20)\n",
      );
      const change = (app: object) => ({ ...app, source: directory });
      const { code, stdout } = await preview(withKey({ key: "trinode:app", change }));
      expect(code).toBe(1);
      expect(stdout).toMatch(/### ⛔ The site's own checks fail/);
      expect(stdout).toMatch(/`manage.py check --deploy --fail-level WARNING` fails:[^]*security\.W012/);
      expect(stdout).toMatch(/`manage.py makemigrations --check --dry-run` fails:[^]*Create model Forgotten/);
    }, 120_000);
  });

  describe("./site deploy", () => deployCases(() => ({ local, stack, site, api })));
});
