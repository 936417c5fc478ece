import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { showProgress } from "../../cli/progress";
import { outputs, pulumi, type Stack } from "../../cli/pulumi";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed } from "../../cli/rehearse";
import type { ReleaseRecord } from "../../cli/site/releases";
import { within } from "./support/outside";
import { SiteCommand } from "./support/siteCommand";
import { scriptOnHost } from "./support/ssh";
import { visitedBy } from "./support/visitors";

const local: LocalSettings = { directory: ".test/appservers", port: 8409, slot: 9 };
const configFile = join(local.directory, "Pulumi.appservers.yaml");
const original = "Pulumi.prod.yaml";
const site = join(local.directory, "site");
const production = (parse(readFileSync(original, "utf8")) as { config: Record<string, object> }).config;
/** Uploads are elsewhere: this site's own pictures are not looked at here. */
const app = { ...production["trinode:app"], source: site, media: { url: "https://uploads.gamelenders.test/" } };

let stack: Stack;
let standing: Rehearsed;
let command: SiteCommand;
/** Public addresses, the first one's first. */
let servers: string[];

/** A command on one of the application servers, as root. */
function on(server: number, script: string): Promise<string> {
  return scriptOnHost(local.directory, servers[server]!, script);
}

const both = <T>(ask: (server: number) => Promise<T>) => Promise.all([ask(0), ask(1)]);
const releases = () =>
  both(async (server) => (await on(server, "basename $(readlink /srv/gamelenders/current)")).trim());
const applied = () =>
  on(
    0,
    `. /etc/trinode/database.env; export PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD PGSSLMODE=require; psql -XAtc "select name from django_migrations where app = 'lending' order by name"`,
  );

/** Another release of the site, with a line more in a file. */
function variant(name: string, files: Record<string, string>): string {
  const directory = join(local.directory, name);
  rmSync(directory, { recursive: true, force: true });
  cpSync(site, directory, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    if (existsSync(join(directory, path))) appendFileSync(join(directory, path), text);
    else writeFileSync(join(directory, path), text);
  }
  return directory;
}

const migration = `from django.db import migrations, models

class Migration(migrations.Migration):
    dependencies = [("lending", "0003_loan_due_on")]
    operations = [migrations.AddField("game", "shelf", models.TextField(default="A"))]
`;
const shelf = (name: string) =>
  variant(name, {
    "lending/models.py": `\n\nGame.add_to_class("shelf", models.TextField(default="A"))\n# ${name}\n`,
    "lending/migrations/0004_shelf.py": migration,
  });

/** For Django's shell: nothing is left to lend. */
const empty = "from lending.models import Game, Loan; Loan.objects.all().delete(); Game.objects.all().delete()";

const visited = (clients: number, work: () => Promise<void>) => visitedBy(clients, standing, work);

/** Nothing failed, and nobody was signed out. */
const unhurt = { 200: expect.any(Number) as number, 302: expect.any(Number) as number };

beforeAll(async () => {
  await prepare(local);
  cpSync("examples/gamelenders/site", site, { recursive: true });
  const schedule = { nightly: { command: "manage.py check", at: "daily" } };
  const overrides = { "trinode:app": { ...app, schedule } };
  stack = await configure({ local, stack: "appservers", original, configFile, overrides });
  await deploy(stack, showProgress);
  standing = await describeStack(stack, local);
  command = new SiteCommand(stack);
}, 1_800_000);

/** Another number of application servers, by configuration and `pulumi up`. */
async function become(count: number): Promise<void> {
  await pulumi(stack, ["config", "set", "trinode:appServers", String(count)]);
  await deploy(stack, showProgress);
  servers = await addresses();
}

async function addresses(): Promise<string[]> {
  const found = (await outputs(stack)) as { servers: { app: { publicIp: string }[] } };
  return found.servers.app.map(({ publicIp }) => publicIp);
}

afterAll(async () => {
  if (existsSync(local.directory)) await localDown(local, "reset");
  rmSync(local.directory, { recursive: true, force: true });
  rmSync(".trinode/appservers", { recursive: true, force: true });
}, 600_000);

describe("a second application server", () => {
  it("comes, and no visitor notices", async () => {
    const result = await visited(8, () => become(2));
    expect(result.answers).toEqual(unhurt);
  }, 1_800_000);
});

describe("two application servers", () => {
  it("both serve, and change nothing when nothing has changed", async () => {
    expect(servers).toHaveLength(2);
    const before = await both(async (server) =>
      Number(await on(server, "wc -l </var/log/gamelenders/gunicorn-access.log")),
    );
    await visited(4, () => new Promise((resolve) => setTimeout(resolve, 4000)));
    const after = await both(async (server) =>
      Number(await on(server, "wc -l </var/log/gamelenders/gunicorn-access.log")),
    );
    expect(after.map((count, server) => count > before[server]!)).toEqual([true, true]);
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 600_000);

  it("run what a site runs once on the first alone", async () => {
    expect(await both((server) => on(server, "systemctl list-timers --no-legend 'trinode-job-*' | wc -l"))).toEqual([
      "1\n",
      "0\n",
    ]);
  }, 900_000);

  it("are all told of by ./site, in status, logs, run", async () => {
    const { findings } = JSON.parse((await command.run(["--json", "status"])).stdout) as {
      findings: { where: string; name: string; state: string }[];
    };
    expect(findings.filter(({ name }) => name === "answer")).toMatchObject([
      { where: "app", state: "well" },
      { where: "app-2", state: "well" },
    ]);
    const lines = (await command.well(["--json", "logs", "app", "-n", "2"])).trim().split("\n");
    const named = new Set(lines.map((line) => (JSON.parse(line) as { server: string }).server));
    expect([...named].sort()).toEqual(["app", "app-2"]);
    const hosts = await Promise.all(
      [[], ["--on", "app-2"]].map((more) => command.well(["run", ...more, "--", "hostname"])),
    );
    expect(new Set(hosts).size).toBe(2);
  }, 600_000);
});

describe("twenty signed-in visitors lose no request and no session", () => {
  it("while a release comes to both servers, is gone back from, and variable, password, secret key and workers change", async () => {
    const first = (await releases())[0];
    let second = "";
    const result = await visited(20, async () => {
      await command.well(["release", variant("second", { "lending/static/lending/site.css": "\n/* second */\n" })]);
      const now = await releases();
      second = now[0]!;
      expect(now).toEqual([second, second]);
      await command.well(["rollback"]);
      expect(await releases()).toEqual([first, first]);
      await command.well(["env", "rotate", "secret-key"]);
      await command.well(["env", "rotate", "database-password"]);
      await command.well(["env", "set", "--plain", "GREETING"], "hello");
    });
    expect(result.answers).toEqual(unhurt);
    expect(second).not.toBe(first);
    expect(
      await both((server) => on(server, "cat /var/lib/trinode/live/key-rotation; test ! -e /var/lib/trinode/former")),
    ).toEqual(["1\n", "1\n"]);
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 1_800_000);

  it("while a release fails on the second server: the first goes back, and so does what it did to the database", async () => {
    const before = await releases();
    // Good on the first, and on the second no process of it gets up.
    await on(1, "mkdir -p /etc/systemd/system; touch /run/second; chmod 755 /run");
    const broken = shelf("broken");
    appendFileSync(
      join(broken, "gamelenders/wsgi.py"),
      '\nimport os, sys\nif os.path.exists("/run/second") and "gunicorn" in sys.modules:\n    raise RuntimeError("not on this one")\n',
    );
    let ended = { code: 0 as number | null, stdout: "", stderr: "" };
    const result = await visited(20, async () => {
      ended = await command.run(["release", broken]);
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("not on this one");
    expect(await releases()).toEqual(before);
    expect(await applied()).not.toContain("0004_shelf");
    // Between the migration and its way back, what the former release writes can fail, and what the new one reads; that was said.
    const known = ["200", "302", "500 to a form", "500 for a page"];
    expect(Object.keys(result.answers).filter((answer) => !known.includes(answer))).toEqual([]);
    await on(1, "rm /run/second");
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    await command.well(["release", variant("third", { "lending/views.py": "\n# third\n" })]);
    expect(new Set(await releases()).size).toBe(1);
  }, 1_800_000);

  it("while one is killed between the two servers: the first goes back by itself, and the next release is fine", async () => {
    const before = await releases();
    const next = variant("killed", { "lending/views.py": "\n# killed\n" });
    const result = await visited(8, async () => {
      const { code } = await command.interrupted(["release", next], {
        when: "app-2-release: trying",
        signal: "SIGKILL",
      });
      expect(code).not.toBe(0);
      // Its time is not waited for here.
      await on(0, "systemctl start trinode-release-back.service");
      // What the second was at goes on there, as with every connection that is lost; both serve meanwhile.
      await within(180, async () => expect((await releases())[0]).toBe(before[0]));
    });
    expect(result.answers).toEqual(unhurt);
    await command.well(["release", next]);
    const after = await releases();
    expect([after[0] === after[1], after[0] === before[0]]).toEqual([true, false]);
    const list = JSON.parse(await command.well(["--json", "releases"])) as ReleaseRecord[];
    expect(list[0]).toMatchObject({ id: after[0], state: "live" });
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 1_800_000);

  it("while one server is away: requests go to the other", async () => {
    const result = await visited(8, async () => {
      await on(1, "systemctl stop supervisor");
      await new Promise((resolve) => setTimeout(resolve, 3000));
      await on(1, "systemctl start supervisor");
      await new Promise((resolve) => setTimeout(resolve, 7000));
    });
    // A form that it had been sent already is not sent again.
    const { "502 to a form": forms = 0, ...answers } = result.answers;
    expect(answers).toEqual(unhurt);
    expect(forms).toBeLessThanOrEqual(8);
  }, 600_000);
});

describe("what was changed on the servers by hand", () => {
  it("comes into the configuration once both say the same", async () => {
    const change = (server: number, value: string) =>
      on(server, `printf %s ${value} | trinode change-variable GREETING`);
    await both((server) => change(server, `value-${server}`));
    const { code, stderr } = await command.run(["env", "adopt"]);
    expect([code, stderr]).toEqual([1, expect.stringContaining("GREETING was changed to different values")]);
    await change(1, "value-0");
    await command.well(["env", "adopt"]);
    const read = (more: string[]) => command.well(["run", ...more, "--", "printenv", "GREETING"]);
    expect(await Promise.all([read([]), read(["--on", "app-2"])])).toEqual(["value-0\n", "value-0\n"]);
    expect((await command.run(["status"])).stdout).not.toContain("changed on this server only");
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 900_000);
});

describe("a restore", () => {
  it("is what both serve", async () => {
    const ask = `curl -fsS -H 'Host: ${new URL(standing.url).hostname}' -H 'X-Forwarded-Proto: https'`;
    const games = (server: number) =>
      on(
        server,
        `${ask} "http://$(hostname -I | tr ' ' '\\n' | grep '^10[.]'):8000/" | grep -o 'href="/games/[^"]*' | sort -u`,
      );
    const before = await games(0);
    expect(before).toContain("/games/");
    await command.well(["backup"]);
    await command.well(["run", "--", "manage.py", "shell", "-c", empty]);
    await expect(games(0)).rejects.toThrow();
    await command.well(["restore", "latest"]);
    expect(await both(games)).toEqual([before, before]);
  }, 900_000);
});

describe("./site rebuild app-2", () => {
  it("makes it anew, and no visitor notices", async () => {
    const [before, serving] = [servers, await releases()];
    const result = await visited(8, async () => void (await command.well(["rebuild", "app-2"])));
    expect(result.answers).toEqual(unhurt);
    servers = await addresses();
    expect([servers[0], await releases()]).toEqual([before[0], serving]);
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 900_000);
});

describe("./site stop", () => {
  it("stops both, timers too, and ./site start has all of it back", async () => {
    await command.well(["stop"]);
    const states = "systemctl is-active supervisor trinode-job-nightly.timer 2>/dev/null || true";
    expect(await both((server) => on(server, states))).toEqual(["inactive\ninactive\n", "inactive\ninactive\n"]);
    await command.well(["start"]);
    expect(await both((server) => on(server, states))).toEqual(["active\nactive\n", "active\ninactive\n"]);
  }, 900_000);
});

describe("one application server again", () => {
  it("is what is left, and no visitor notices", async () => {
    const gone = servers[1];
    const result = await visited(8, () => become(1));
    expect(result.answers).toEqual(unhurt);
    expect(servers).not.toContain(gone);
    expect(servers).toHaveLength(1);
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 1_800_000);
});
