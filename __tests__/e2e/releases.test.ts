import { appendFileSync, cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed } from "../../cli/rehearse";
import { AppHost } from "./support/appHost";
import { within } from "./support/outside";
import { visitedBy } from "./support/visitors";

const local: LocalSettings = { directory: ".test/releases", port: 8423, slot: 23 };
const configFile = join(local.directory, "Pulumi.releases.yaml");
const original = "Pulumi.prod.yaml";
const site = join(local.directory, "site");
/** How many releases are made under load. For a soak: TRINODE_RELEASES=10. */
const rounds = Number(process.env.TRINODE_RELEASES ?? 1);

type Config = Record<string, Record<string, unknown>>;
const production = (parse(readFileSync(original, "utf8")) as { config: Config }).config;

let standing: Rehearsed;
let app: AppHost;

/** `pulumi up` with these over the production's values; returns the id of the release that serves then. */
async function up(changes: Config = {}): Promise<string> {
  const { "trinode:app": own = {}, ...others } = changes;
  const keys: Config = { "trinode:app": { source: site, ...own }, ...others };
  const overrides = Object.fromEntries(
    Object.entries(keys).map(([key, values]) => [key, { ...production[key], ...values }]),
  );
  const stack = await configure({ local, stack: "releases", original, configFile, overrides });
  await deploy(stack);
  standing = await describeStack(stack, local);
  app ??= new AppHost(standing.addresses.app, local.directory, {
    ...{ site: "gamelenders", domains: standing.domains },
    ...{ wsgi: "gamelenders.wsgi:application", settings: "gamelenders.settings.production" },
    health: { path: "/health/", status: 200, text: "ok" },
  });
  return live();
}

const live = async () => (await app.ask("basename $(readlink /srv/gamelenders/current)")).trim();

const visited = (clients: number, work: () => Promise<void>) => visitedBy(clients, standing, work);

/** A copy of the site with other files in it; a text that starts with `+` is added to what is there. */
function variant(name: string, files: Record<string, string>, from = site): string {
  const directory = join(local.directory, name);
  rmSync(directory, { recursive: true, force: true });
  cpSync(from, directory, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    if (text.startsWith("+")) appendFileSync(join(directory, path), text.slice(1));
    else writeFileSync(join(directory, path), text);
  }
  return directory;
}

const migration = (before: string, operations: string) => `from django.db import migrations, models

def fail(apps, editor):
    raise RuntimeError("no such luck")

class Migration(migrations.Migration):
    dependencies = [("lending", "${before}")]
    operations = [${operations}]
`;
const nullable = 'migrations.AddField("game", "note", models.TextField(null=True))';
const needed = 'migrations.AddField("game", "shelf", models.TextField(default="A"))';
const applied = () =>
  app.ask(
    `. /etc/trinode/database.env; export PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD PGSSLMODE=require; psql -XAtc "select name from django_migrations where app = 'lending' order by name"`,
  );

beforeAll(async () => {
  await prepare(local);
  cpSync("examples/gamelenders/site", site, { recursive: true });
  await up();
}, 600_000);

afterAll(async () => {
  if (existsSync(local.directory)) await localDown(local, "reset");
  rmSync(local.directory, { recursive: true, force: true });
}, 120_000);

describe("changes that go live by pulumi up, while twenty visitors are signed in", () => {
  it(
    "lose no request and no session: a release, a way back, a new password, a new key, more workers, another unix user",
    async () => {
      let first = "";
      let second = await live();
      const result = await visited(20, async () => {
        for (let round = 1; round <= rounds; round += 1) {
          appendFileSync(join(site, "lending/views.py"), `\n# another release: ${round}\n`);
          first = second;
          second = await up();
        }
        expect(await up({ "trinode:app": { release: first } })).toBe(first);
        const pinned = { release: first, secretKeyRotation: 1, server: { workers: 4 }, user: "arcade" };
        expect(await up({ "trinode:app": pinned, "trinode:database": { rotation: 1 } })).toBe(first);
        expect(
          await up({
            "trinode:app": { ...pinned, release: undefined, user: undefined },
            "trinode:database": { rotation: 1 },
          }),
        ).toBe(second);
      });
      expect(result.answers).toEqual({ 200: expect.any(Number) as number, 302: expect.any(Number) as number });
      expect(second).not.toBe(first);
      const list = JSON.parse(await app.ask("trinode releases --json")) as { id: string; state: string; by: string }[];
      expect(list[0]).toMatchObject({ id: second, state: "live", by: expect.any(String) as string });
      expect(list).toContainEqual(expect.objectContaining({ id: first, state: "kept" }));
    },
    900_000 * rounds,
  );
});

describe("a broken release", () => {
  beforeAll(() => app.learn());
  const health = `+

def health(request):
    raise RuntimeError("the cupboard is bare")
`;
  const hang = `+
import sys, time
if "gunicorn" in sys.modules:
    time.sleep(600)
`;
  const importing = `+
import sys, time
if "gunicorn" not in sys.modules:
    time.sleep(600)
`;
  const settings = "gamelenders/settings/production.py";
  const [note, shelf, last] = ["note", "shelf", "last"].map(
    (name) => `lending/migrations/000${name === "last" ? 5 : 4}_${name}.py`,
  ) as [string, string, string];
  const failing = (before: string) => migration(before, "migrations.RunPython(fail)");
  it.each<[kind: string, files: Record<string, string>, says: RegExp]>([
    ["a syntax error", { "lending/views.py": "+\ndef (:\n" }, /SyntaxError/],
    [
      "a requirement that is not there",
      { "requirements.txt": "+\nno-such-package-anywhere==1.0\n" },
      /no-such-package/,
    ],
    [
      "a package that can't be imported",
      { "requirements.txt": "+\npyzbar==0.1.9\n", [settings]: "+\nfrom pyzbar import pyzbar\n" },
      /Unable to find zbar shared library/,
    ],
    ["an import that hangs", { "gamelenders/wsgi.py": importing }, /not loaded .* within 15 s/],
    ["a boot that hangs", { "gamelenders/wsgi.py": hang }, /no answer|nothing answers/],
    ["a page that fails", { "lending/views.py": health }, /the cupboard is bare[^]*answers 500 instead of 200/],
    [
      "a migration that fails, after one that does no harm",
      { [note]: migration("0003_loan_due_on", nullable), [last]: failing("0004_note") },
      /no such luck[^]*keeps lending\.0004_note, which does it no harm/,
    ],
    [
      "a migration that fails, after one that the old release does not fit",
      { [shelf]: migration("0003_loan_due_on", needed), [last]: failing("0004_shelf") },
      /no such luck[^]*the migrations that it does not fit were taken back/,
    ],
  ])(
    "leaves the old one serving, says why, and is followed by a good one: %s",
    async (kind, files, says) => {
      const before = await live();
      let ended = { code: 0, stderr: "" } as Awaited<ReturnType<AppHost["release"]>>;
      const result = await visited(2, async () => {
        ended = await app.release(variant("broken", files), {}, "export TRIAL_SECONDS=8 PROVE_SECONDS=15");
      });
      expect({ kind, code: ended.code, stderr: ended.stderr }).toEqual({
        kind,
        code: 1,
        stderr: expect.stringMatching(says) as string,
      });
      // Until a migration that the old release does not fit is taken back, what it writes there can fail; that is said.
      const suffered = kind.endsWith("does not fit") ? ["500 to a form"] : [];
      expect(Object.keys(result.answers).filter((answer) => !["200", "302", ...suffered].includes(answer))).toEqual([]);
      expect(await live()).toBe(before);
      expect((await app.release(site)).code).toBe(0);
    },
    120_000,
  );

  it("is refused where the disk is full", async () => {
    await app.ask("fallocate -l $(($(df --output=avail -m / | tail -1) - 400))M /var/tmp/full");
    try {
      const ended = await app.release(variant("broken", { "lending/views.py": "+\n# more\n" }));
      expect(ended.stderr).toMatch(/only +\d+ MB are free on this host/);
      await app.ask("trinode status-app");
    } finally {
      await app.ask("rm /var/tmp/full");
    }
  }, 60_000);

  const trying = "until pgrep -f '[a]pp_probe.py unix:' >/dev/null; do sleep 0.05; done";
  // Its worker, which is started by its server and hangs.
  const hanging = "until (($(pgrep -fc '[g]unicorn --config /etc/trinode/next') > 1)); do sleep 0.05; done";

  it("leaves no lock and no trial when it is killed, and the next one is fine", async () => {
    const before = await live();
    const running = app.release(variant("killed", { "gamelenders/wsgi.py": hang }));
    await app.ask(`${hanging}; pkill -KILL -f '[r]elease-activate.sh'`);
    expect((await running).code).not.toBe(0);
    expect(await live()).toBe(before);
    await within(10, async () =>
      expect(await app.ask("pgrep -fa '[g]unicorn --config /etc/trinode/next' || true")).toBe(""),
    );
    await app.ask("flock -n /run/trinode-release.lock true; trinode status-app");
    expect((await app.release(site)).code).toBe(0);
  }, 120_000);

  it("goes on by itself when its connection is lost", async () => {
    const before = await live();
    let drop = () => {};
    const running = app.release(variant("lost", { "lending/views.py": "+\n# lost\n" }), {}, "", (how) => (drop = how));
    await app.ask(trying);
    drop();
    await running;
    await app.ask("flock -w 60 /run/trinode-release.lock true");
    // Supervisor takes a process that has just been started for running after a moment only.
    await within(15, () => app.ask("trinode status-app"));
    expect(await live()).not.toBe(before);
    expect((await app.release(site)).code).toBe(0);
  }, 120_000);
});

describe("going back", () => {
  let first: string;
  let second: string;
  beforeAll(async () => {
    expect((await app.release(site)).code).toBe(0);
    first = await live();
    const model = `+

Game.add_to_class("shelf", models.TextField(default="A"))
`;
    const next = variant("next", {
      "lending/models.py": model,
      "lending/migrations/0004_shelf.py": migration("0003_loan_due_on", needed),
      "update_1.sh": "echo one >>/srv/gamelenders/shared/home/updates\n",
      "update_10.sh": "echo ten $SQL_NAME >>/srv/gamelenders/shared/home/updates\n",
      "update_2.sh": "echo two >>/srv/gamelenders/shared/home/updates\n",
    });
    expect((await app.release(next)).code).toBe(0);
    second = await live();
  }, 120_000);

  it("has run the update scripts in order and once", async () => {
    expect(
      (await app.release(variant("again", { "update_11.sh": "echo 11 >>~/updates\n" }, join(local.directory, "next"))))
        .code,
    ).toBe(0);
    expect(await app.ask("cat /srv/gamelenders/shared/home/updates")).toBe("one\ntwo\nten ocrprojet13\n11\n");
    expect((await app.release(join(local.directory, "next"))).code).toBe(0);
  }, 60_000);

  it("is refused with the reason where the database does not fit any more, and says what is possible", async () => {
    const ended = await app.release(site, { pinned: { release: first, mode: "plain" } });
    expect(ended.stderr).toContain("lending.0004_shelf: game.shelf must have a value");
    expect(await live()).toBe(second);
    const check = await app.run(`trinode rollback-check ${first} --json`);
    expect(check.code).toBe(1);
    expect(JSON.parse(check.stdout)).toMatchObject({ fits: false, modes: ["migrate", "restore"] });
  }, 60_000);

  it.each(["migrate", "restore"] as const)(
    "makes the database fit by %s",
    async (mode) => {
      expect((await app.release(site, { pinned: { release: first, mode } })).stderr).toContain(
        `release ${first} serves`,
      );
      expect(await applied()).not.toContain("0004_shelf");
      expect(await app.ask("trinode status-app")).toContain("answers 200");
      expect((await app.release(join(local.directory, "next"))).code).toBe(0);
      expect(await applied()).toContain("0004_shelf");
    },
    120_000,
  );
});

describe("a variable that is changed on the server", () => {
  it("counts more than the configured one until it is cleared; a value as an argument is refused", async () => {
    const serving = "tr '\\0' '\\n' </etc/trinode/app.env | grep ^SQL_CONN_MAX_AGE= || true";
    expect((await app.run("change-variable.sh SQL_CONN_MAX_AGE 5")).stderr).toContain("standard input");
    await app.ask("change-variable.sh SQL_CONN_MAX_AGE", "60\n");
    const ended = await app.release(join(local.directory, "next"));
    expect(JSON.parse(ended.stdout)).toMatchObject({ overrides: ["SQL_CONN_MAX_AGE"] });
    expect(await app.ask(serving)).toBe("SQL_CONN_MAX_AGE=60\n");
    await app.ask("trinode override-clear SQL_CONN_MAX_AGE");
    expect(await app.ask(serving)).toBe("");
  }, 60_000);

  it("is taken back when the site does not serve with it", async () => {
    expect((await app.run("change-variable.sh SQL_PASSWORD", "wrong")).code).toBe(1);
    expect(await app.ask("trinode override-list")).toBe("");
    expect(await app.ask("trinode status-app")).toContain("answers 200");
  }, 60_000);
});

describe("the unix user, given another name on the server", () => {
  beforeAll(() => app.learn());
  const processes = "ps -eo user:32,args | grep '[g]unicorn --config' | cut -d ' ' -f 1 | sort -u";
  const user = async () => (await app.ask(processes)).trim();

  it("is kept by releases until it is taken back; a name that can't be is refused before anything changes", async () => {
    for (const [name, says] of [
      ["Arcade", "is not a name for a unix user"],
      ["www-data", "already, who is not the site's"],
    ] as const) {
      const { code, stderr } = await app.run(`change-user.sh ${name}`);
      expect([code, stderr]).toEqual([1, expect.stringContaining(says)]);
    }
    expect(await app.ask("trinode override-list")).toBe("");
    await app.ask("change-user.sh arcade");
    expect(await user()).toBe("arcade");
    // What serves by now has a migration that the first site does not know; alone, this starts from that one.
    const next = join(local.directory, "next");
    const renamed = variant("renamed", { "lending/views.py": "+\n# renamed\n" }, existsSync(next) ? next : site);
    const ended = await app.release(renamed);
    expect([ended.code, ended.stderr]).toEqual([0, expect.stringContaining("serves")]);
    expect(JSON.parse(ended.stdout)).toMatchObject({ overrides: ["trinode:app.user"] });
    expect(await user()).toBe("arcade");
    expect(await app.ask("trinode run id -un")).toBe("arcade\n");
    await app.ask("trinode override-clear trinode:app.user");
    expect(await user()).toBe("gamelenders");
    expect(await app.ask("find /srv/gamelenders -nouser -o -nogroup; getent passwd arcade || true")).toBe("");
  }, 180_000);

  /** A command, while usermod does something else. */
  const withUsermod = (does: string, command: string) =>
    app.run(
      `cat >/usr/local/sbin/usermod; chmod +x /usr/local/sbin/usermod; ${command}; code=$?; rm /usr/local/sbin/usermod; exit $code`,
      `#!/bin/sh\n${does}\n`,
    );
  const texts = () => app.ask("grep -h ^user= /etc/supervisor/conf.d/gamelenders-gunicorn.conf");

  it("is its number in the texts between two names; killed there and done again, it gets the new one", async () => {
    const killed = await withUsermod(
      "kill -KILL $PPID $(cat /run/change-user.pid)",
      "bash -c 'echo $$ >/run/change-user.pid; exec change-user.sh arcade'",
    );
    expect([killed.code, killed.stderr]).toEqual([137, expect.stringContaining("from now on")]);
    expect(await texts()).toMatch(/^user=\d+\n$/);
    expect(await app.ask("supervisorctl reread")).toContain("No config updates");
    expect(await app.ask("trinode status-app || true")).toContain("answers 200");
    await app.ask("change-user.sh arcade");
    expect([await texts(), await user()]).toEqual(["user=arcade\n", "arcade"]);
  }, 180_000);

  it("stays what it is when the host does not take the new one", async () => {
    const { code, stderr } = await withUsermod("exit 1", "change-user.sh player");
    expect([code, stderr]).toEqual([1, expect.stringContaining("its user can't be called player")]);
    expect([await texts(), await user()]).toEqual(["user=arcade\n", "arcade"]);
    expect(await app.ask("trinode status-app || true")).toContain("answers 200");
    await app.ask("change-user.sh gamelenders");
    expect([await app.ask("trinode override-list"), await user()]).toEqual(["", "gamelenders"]);
  }, 180_000);
});
