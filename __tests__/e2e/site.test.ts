import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { showProgress } from "../../cli/progress";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { pulumi, type Stack } from "../../cli/pulumi";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed, visit } from "../../cli/rehearse";
import type { ReleaseRecord } from "../../cli/site/releases";
import type { Finding } from "../../cli/site/status/finding";
import { SiteCommand } from "./support/siteCommand";
import { onHost } from "./support/ssh";

const local: LocalSettings = { directory: ".test/site-command", port: 8424, slot: 24 };
const configFile = join(local.directory, "Pulumi.e2e.yaml");

/** A copy of the example site with one line more in a file. */
function changedSite(name: string, file: string, line: string): string {
  const directory = join(local.directory, name);
  cpSync("examples/gamelenders/site", directory, { recursive: true });
  appendFileSync(join(directory, file), `\n${line}\n`);
  return directory;
}

/** One with a column that the releases before know nothing of, and that must have a value. */
function migratedSite(name: string): string {
  const field = 'models.TextField(default="A")';
  const directory = changedSite(name, "lending/models.py", `\nGame.add_to_class("shelf", ${field})`);
  const migration = `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("lending", "0003_loan_due_on")]
    operations = [migrations.AddField("game", "shelf", ${field})]
`;
  writeFileSync(join(directory, "lending/migrations/0004_shelf.py"), migration);
  return directory;
}

describe("./site", () => {
  let stack: Stack;
  let production: Rehearsed;
  let site: SiteCommand;
  const text = () => readFileSync(configFile, "utf8");
  const noChanges = () => pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  const visitorsGet = async (path: string) => {
    const name = production.domains[0];
    const resolve = ["--resolve", `${name}:443:10.0.0.11`, `https://${name}${path}`];
    return site.well(["run", "--", "curl", "--silent", "--insecure", "--include", ...resolve]);
  };

  beforeAll(async () => {
    await prepare(local);
    const original = "Pulumi.prod.yaml";
    const app = (parse(readFileSync(original, "utf8")) as { config: Record<string, object> }).config["trinode:app"];
    const overrides = { "trinode:app": { ...app, reaches: ["10.0.0.10:5432"] } };
    stack = await configure({ local, stack: "site-e2e", original, configFile, overrides });
    writeFileSync(configFile, text().replace("  trinode:app:", "  # What the site is.\n  trinode:app:"));
    await deploy(stack, showProgress);
    production = await describeStack(stack, local);
    site = new SiteCommand(stack);
  }, 1_800_000);

  afterAll(async () => {
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
    rmSync(".trinode/site-e2e", { recursive: true, force: true });
  }, 900_000);

  it("says what is wrong with a command line, with a stack that is not there, with a release that is not there", async () => {
    const [help, unknown, stranger, release] = await Promise.all([
      site.run(["env", "set", "--help"]),
      site.run(["relase"]),
      site.run(["--stack", "nowhere", "--config-file", "Pulumi.nowhere.yaml", "status"]),
      site.run(["release", "no-such-directory"]),
    ]);
    expect([help.code, unknown.code, stranger.code, release.code]).toEqual([0, 64, 2, 1]);
    expect(help.stdout).toContain("standard input");
    expect(unknown.stderr).toContain("Did you mean release?");
    expect(stranger.stderr).toContain("nowhere");
    expect(release.stderr).toContain("there is no file or directory");
  }, 900_000);

  it("finds all well, from outside and on each server", async () => {
    const { findings } = JSON.parse((await site.run(["--json", "status"])).stdout) as { findings: Finding[] };
    // Many hosts on one machine share its inotify instances: units of systemd fail when there are no more.
    const wrong = findings.filter(({ state, name }) => state !== "well" && state !== "fact" && name !== "units");
    expect(wrong).toEqual([]);
    const names = (where: string) => findings.filter((one) => one.where === where).map(({ name }) => name);
    expect(names("outside")).toEqual(["names", "https"]);
    for (const role of ["web", "app", "database"])
      expect(names(role)).toEqual(
        expect.arrayContaining(["system", "load", "memory", "disk", "updates", "reboot", "graphs"]),
      );
    expect(names("web")).toEqual(expect.arrayContaining(["nginx", "certificate", "maintenance", "application"]));
    expect(names("app")).toEqual(
      expect.arrayContaining(["release", "supervisor", "gamelenders-0", "answer", "versions", "mail", "reaches"]),
    );
    expect(names("database")).toEqual(expect.arrayContaining(["postgresql", "database", "connections"]));
  }, 900_000);

  it("runs commands as the site, every word as it was typed, and ends as they end", async () => {
    const script = 'import os, sys; print(os.environ["SQL_NAME"], sys.argv[1:])';
    expect(await site.well(["run", "--", "python", "-c", script, "a b", `it's $HOME "q"`])).toBe(
      `ocrprojet13 ['a b', 'it\\'s $HOME "q"']\n`,
    );
    expect((await site.run(["run", "--", "sh", "-c", "exit 7"])).code).toBe(7);
    expect(await site.well(["run", "--", "manage.py", "shell"], "print(6 * 7)\n")).toContain("42");
    expect(await site.well(["shell"], 'id -un; echo "$SQL_NAME"; exit\n')).toBe("gamelenders\nocrprojet13\n");
  }, 900_000);

  it("shows the logs of a role, and goes on with what comes", async () => {
    const lines = (await site.well(["--json", "logs", "app", "-n", "3"])).trim().split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { role: string }).role)).toContain("app");
    const follow = site.interrupted(["logs", "-f", "web", "-n", "1"], { when: "/followed", signal: "SIGINT" });
    const asking = setInterval(() => void visit(production, "/followed").catch(() => undefined), 500);
    const { stdout } = await follow.finally(() => clearInterval(asking));
    expect(stdout).toMatch(/access\.log: .*GET \/followed/);
  }, 900_000);

  it("gives visitors a maintenance page, and operators the site; nothing but its end ends it", async () => {
    await site.well(["maintenance", "on"]);
    await pulumi(stack, ["up", "--yes", "--skip-preview"]);
    const page = await visitorsGet("/");
    expect(page).toMatch(/^HTTP\/2 503/);
    expect(page).toMatch(/retry-after: 600/i);
    expect(page).toContain("Le site est en maintenance");
    expect(page).toContain("Down for maintenance");
    expect(await visitorsGet("/static/lending/site.css")).toMatch(/^HTTP\/2 200/);
    expect((await visit(production)).status).toBe(200);
    const status = await site.run(["status"]);
    expect([status.code, status.stdout]).toEqual([1, expect.stringContaining("./site maintenance off")]);
    await site.well(["maintenance", "off"]);
    expect(await visitorsGet("/")).toMatch(/^HTTP\/2 200/);
  }, 900_000);

  it("sets a variable to any value; it serves, stands in the configuration alone, and is kept by pulumi up", async () => {
    const value = `it's "se cret"\n$HOME $\${x} @/%#!`;
    await site.well(["env", "set", "GREETING"], `${value}\n`);
    expect(await site.well(["run", "--", "printenv", "GREETING"])).toBe(`${value.replace("$${", "${")}\n`);
    expect(text()).toContain("# What the site is.");
    expect(text()).not.toContain("se cret");
    expect(await site.well(["env", "list"])).toMatch(/^GREETING +\*{8}$/m);
    expect((await site.run(["env", "get", "GREETING"])).code).toBe(1);
    expect(await site.well(["env", "get", "GREETING", "--show"])).toBe(`${value}\n`);
    await noChanges();
    await site.well(["env", "unset", "GREETING"]);
    expect((await site.run(["run", "--", "printenv", "GREETING"])).code).toBe(1);
  }, 900_000);

  it("takes what was changed on the server into the configuration, and the site goes on with it", async () => {
    const value = "changed on\nthe server ${by hand}";
    await onHost(local.directory, production.addresses.app, "trinode change-variable GREETING", value);
    await onHost(local.directory, production.addresses.app, "change-user.sh player");
    expect((await site.run(["status"])).stdout).toContain("GREETING trinode:app.user, changed on this server only");
    await site.well(["env", "adopt"]);
    expect((await site.run(["status"])).stdout).toMatch(/overrides +none/);
    expect(await site.well(["run", "--", "printenv", "GREETING"])).toBe(`${value}\n`);
    expect(await site.well(["env", "list"])).toMatch(/^GREETING +\*{8}$/m);
    expect(text()).toMatch(/^ +user: player$/m);
    expect(await site.well(["run", "--", "id", "-un"])).toBe("player\n");
    await noChanges();
  }, 900_000);

  it("leaves the configuration as it was when a value is refused", async () => {
    const before = text();
    const { code, stderr } = await site.run(["env", "set", "GREETING"], "${nope}");
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining("trinode:app.secrets.GREETING: [secret] refers to nothing"),
    ]);
    expect(text()).toBe(before);
  }, 900_000);

  it("releases what is in a directory, and the next pulumi up keeps it", async () => {
    const source = changedSite("second", "lending/static/lending/site.css", "/* second */");
    const { release } = JSON.parse(await site.well(["--json", "release", source])) as { release: string };
    expect(release).toMatch(/^[0-9a-f]{12}$/);
    expect(text()).toMatch(/source: \S+\/second#sha256=[0-9a-f]{64}/);
    expect((await visit(production, "/static/lending/site.css")).body).toContain("/* second */");
    await noChanges();
  }, 900_000);

  it("goes back to the release before, and the next pulumi up keeps that, too", async () => {
    const before = JSON.parse(await site.well(["--json", "releases"])) as ReleaseRecord[];
    expect(before.map(({ state }) => state)).toEqual(["live", "kept"]);
    await site.well(["rollback"]);
    const after = JSON.parse(await site.well(["--json", "releases"])) as ReleaseRecord[];
    expect(after.find(({ state }) => state === "live")?.id).toBe(before[1]?.id);
    expect((await visit(production, "/static/lending/site.css")).body).not.toContain("/* second */");
    await noChanges();
    const { code, stderr } = await site.run(["rollback", "000000000000"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('there is no release "000000000000"')]);
  }, 900_000);

  it.each(["migrate", "restore"])(
    "goes back over a migration when asked to, by --%s; the next pulumi up keeps that, and what serves fits",
    async (mode) => {
      const listed = async () => JSON.parse(await site.well(["--json", "releases"])) as ReleaseRecord[];
      const first = (await listed()).find(({ state }) => state === "live")!.id;
      await site.well(["release", migratedSite("migrated")]);
      const before = text();
      const { code, stderr } = await site.run(["rollback", first]);
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/game\.shelf must have a value[^]*--migrate, or .*--restore/),
      ]);
      expect(text()).toBe(before);
      await site.well(["rollback", first, `--${mode}`]);
      expect((await listed()).find(({ state }) => state === "live")?.id).toBe(first);
      expect(await site.well(["run", "--", "manage.py", "showmigrations", "--plan"])).not.toContain("0004_shelf");
      expect((await visit(production)).status).toBe(200);
      await noChanges();
    },
    900_000,
  );

  it("makes the database's password anew while the site serves", async () => {
    const asked = ["run", "--", "sh", "-c", 'printf %s "$SQL_PASSWORD" | sha256sum'];
    const before = await site.well(asked);
    await site.well(["env", "rotate", "database-password"]);
    expect(await site.well(asked)).not.toBe(before);
    expect((await visit(production)).status).toBe(200);
    await noChanges();
  }, 900_000);

  it("leaves site and configuration as they were when a release is broken", async () => {
    const before = text();
    const source = changedSite("broken", "lending/views.py", 'raise RuntimeError("broken on purpose")');
    const { code, stderr } = await site.run(["release", source]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("RuntimeError: broken on purpose")]);
    expect(text()).toBe(before);
    expect((await visit(production)).status).toBe(200);
    // The next one brings back the archive whose place the broken one has taken; nothing that serves is touched.
    const { steps } = JSON.parse(await pulumi(stack, ["preview", "--json"])) as {
      steps: { op: string; urn: string }[];
    };
    const touched = steps.filter(({ op }) => op !== "same").map(({ urn }) => urn.split("::").pop());
    expect(touched.filter((name) => name !== "app-source")).toEqual([]);
  }, 900_000);

  it.each<[string, NodeJS.Signals, string]>([
    ["interrupted while it is built", "SIGINT", "building release"],
    ["interrupted while it is switched to", "SIGINT", "switching to release"],
    ["killed while it is tried", "SIGKILL", "trying release"],
  ])(
    "leaves the configuration as it was when a release is %s, and the next one finds no trace of it",
    async (name, signal, when) => {
      const before = text();
      const source = changedSite(signal + when.length, "lending/static/lending/site.css", `/* ${name} */`);
      const { code } = await site.interrupted(["release", source], { when, signal });
      expect(code).not.toBe(0);
      expect(text()).toBe(before);
      expect((await visit(production)).status).toBe(200);
      const after = ["env", "set", "--plain", "AFTER"];
      await site.well(after, name);
      expect((await visit(production, "/static/lending/site.css")).body).not.toContain(`/* ${name} */`);
      await noChanges();
    },
    900_000,
  );

  it("says what an outside service's trouble is", async () => {
    await pulumi(stack, ["config", "set", "--path", "trinode:app.reaches[1]", "nowhere.invalid"]);
    await pulumi(stack, ["up", "--yes", "--skip-preview"]);
    const { code, stdout } = await site.run(["status"]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/NOT WELL: nowhere\.invalid: its name is not found/)]);
    expect(stdout).toMatch(/reaches +10\.0\.0\.10:5432, no TLS/);
    await pulumi(stack, ["config", "rm", "--path", "trinode:app.reaches[1]"]);
    await pulumi(stack, ["up", "--yes", "--skip-preview"]);
  }, 900_000);

  it("stops the site until it is started: a reboot does not, and pulumi up refuses to", async () => {
    await site.well(["stop"]);
    await expect(visit(production)).rejects.toThrow();
    const refused = await site.run(["env", "set", "--plain", "AFTER"], "a stop");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("Start it first: ./site start")]);
    const api = new LinodeApi(stack.env);
    const [web] = await api
      .find<{ id: number; label: string }>("/linode/instances", {})
      .then((all) => all.filter(({ label }) => label.endsWith("web")));
    await api.call("POST", `/linode/instances/${web!.id}/reboot`, {});
    const status = await site.run(["status"]);
    expect(status.code).toBe(1);
    await site.well(["start"]);
    expect((await visit(production)).status).toBe(200);
    expect((await site.run(["status"])).stdout).not.toMatch(/NOT WELL: \S+ was stopped/);
  }, 900_000);

  it("switches the machines off, says so, and switches them on again", async () => {
    await site.well(["stop", "--machines"]);
    const { code, stdout } = await site.run(["status"]);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/NOT SEEN: app \(\S+\) can't be reached/)]);
    await site.well(["start"]);
    expect((await visit(production)).status).toBe(200);
  }, 900_000);
});
