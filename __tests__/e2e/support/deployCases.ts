import { readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { parse, stringify } from "yaml";
import { pulumi } from "../../../cli/pulumi";
import { run } from "../../../cli/run";
import { type Ended, SiteCommand } from "./siteCommand";
import { on, type Standing } from "./standing";

/** What `./site deploy` does with commits that are pushed to a bare repository, on a production that stands. */
export function deployCases(production: () => Standing): void {
  const there = (name: string) => resolve(production().local.directory, name);
  const clone = () => there("clone");
  const git = async (...args: string[]) =>
    (await run("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: clone() })).trim();
  const file = () => `${clone()}/Pulumi.checks.yaml`;
  let site: SiteCommand;
  const deploy = () => site.run(["deploy", "--no-site"]);

  /** Commits a change of production as it stands, as a merge does: of the stack's `app`, and lines more for the site's settings. */
  async function merge(what: string, value: string, app: object = {}, settings = ""): Promise<string> {
    const { config, ...rest } = parse(readFileSync(production().stack.configFile!, "utf8")) as Stacked;
    const before = config["trinode:app"];
    const env = { ...before.env, DEPLOYED: value };
    const changed = { ...before, source: "examples/gamelenders/site", env, ...app };
    writeFileSync(file(), stringify({ ...rest, config: { ...config, "trinode:app": changed } }));
    const settingsFile = "examples/gamelenders/site/gamelenders/settings/production.py";
    writeFileSync(`${clone()}/${settingsFile}`, readFileSync(settingsFile, "utf8") + settings);
    await git("add", "--force", "Pulumi.checks.yaml", settingsFile);
    await git("commit", "--quiet", "--message", what);
    await git("push", "--quiet", "origin", "HEAD:main");
    return (await git("rev-parse", "HEAD")).slice(0, 12);
  }
  const served = () => on(production(), "app", "tr '\\0' '\\n' </etc/trinode/app.env | sed -n 's/^DEPLOYED=//p'");
  const failed = ({ code, stderr }: Ended) => {
    expect([code, stderr]).toEqual([1, expect.anything()]);
    return stderr;
  };

  beforeAll(async () => {
    const { stack } = production();
    for (const name of ["clone", "bare.git"]) rmSync(there(name), { recursive: true, force: true });
    await run("git", ["clone", "--quiet", "--bare", ".", there("bare.git")]);
    await run("git", ["clone", "--quiet", there("bare.git"), clone()]);
    // Those of here, and no newer list of them, which would have them installed anew.
    symlinkSync(resolve("node_modules"), `${clone()}/node_modules`);
    utimesSync(`${clone()}/package-lock.json`, new Date(0), new Date(0));
    writeFileSync(file(), readFileSync(stack.configFile!, "utf8"));
    site = new SiteCommand({ ...stack, configFile: "Pulumi.checks.yaml" }, clone());
  }, 300_000);
  // What stands is again what the other tests have.
  afterAll(() => pulumi(production().stack, ["up", "--yes", "--skip-preview"]), 300_000);

  let stood: string;

  it("brings a commit there, after a backup", async () => {
    stood = await merge("a variable", "first");
    const { code, stdout, stderr } = await deploy();
    expect([code, stdout, stderr]).toEqual([
      ...[0, `${stood} serves\n`],
      expect.stringMatching(/backup \S+ is made and verified/),
    ]);
    expect(await served()).toBe("first\n");
  }, 600_000);

  it("goes back when it does not serve as it should, seen from outside", async () => {
    // The release's own check is content with it; a visitor's browser is not.
    await merge("cookies without their flags", "second", {}, "\nCSRF_COOKIE_SECURE = False\n");
    const said = failed(await deploy());
    expect(said).toContain("from outside, it is not as it should be");
    expect(said).toContain(`${stood} stands again; all is well from outside`);
    expect(await served()).toBe("first\n");
  }, 600_000);

  it("goes back when pulumi up fails", async () => {
    await merge("a health that is none", "third", { health: { path: "/health/", text: "never said" } });
    const said = failed(await deploy());
    expect(said).toContain("pulumi up failed");
    expect(said).toContain(`${stood} stands again; all is well from outside`);
    expect(await served()).toBe("first\n");
  }, 600_000);

  it("refuses what breaks a rule, and changes nothing", async () => {
    const before = await pulumi(production().stack, ["stack", "export"]);
    await merge("mended", "fourth");
    const text = readFileSync(file(), "utf8");
    writeFileSync(file(), text.replace("config:\n", "config:\n  trinode:costCeiling: 1\n"));
    expect(failed(await deploy())).toContain("that is not deployed: see above. Nothing was changed.");
    expect(await pulumi(production().stack, ["stack", "export"])).toBe(before);
    writeFileSync(file(), text);
  }, 600_000);

  it("goes on where one was killed in the middle of switching", async () => {
    const killed = await site.interrupted(["deploy", "--no-site"], { when: "switching to release", signal: "SIGKILL" });
    expect(killed.code).not.toBe(0);
    await killRest();
    const { code, stdout, stderr } = await deploy();
    expect([code, stdout, stderr]).toEqual([0, expect.stringContaining(" serves\n"), expect.anything()]);
    expect(await served()).toBe("fourth\n");
  }, 600_000);
}

interface Stacked {
  config: Record<string, never> & { "trinode:app": { env: object } };
}

/** A forge that kills a job kills Pulumi, too, which has a group of its own. */
async function killRest(): Promise<void> {
  const found = await run("pgrep", ["-f", "^pulumi up .*Pulumi.checks.yaml --message ./site deploy"]).catch(() => "");
  for (const pid of found.split("\n").filter(Boolean).map(Number)) process.kill(-pid, "SIGKILL");
}
