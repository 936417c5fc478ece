import { createHash } from "node:crypto";
import { copyFileSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { showProgress } from "../../cli/progress";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { pulumi, type Stack } from "../../cli/pulumi";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed, visit } from "../../cli/rehearse";
import type { Linode } from "@linode/api-v4";
import { LinodeApi } from "../../cli/linodeApi";
import type { OfMachine } from "../../cli/site/machineSnapshots";
import type { Backups, Drill } from "../../cli/site/backups/list";
import { SiteCommand } from "./support/siteCommand";
import { onHost } from "./support/ssh";

const local: LocalSettings = { directory: ".test/backups", port: 8429, slot: 29 };
const linode = { bucket: "gamelenders-copies", region: "it-mil" };
const machines = { day: "Wednesday", window: "W4" };
const email = { to: "ops@example.org", from: "trinode@example.org", server: "127.0.0.1:9025", security: "none" };
const sentryDsn = "http://public@127.0.0.1:9099/42";
const monitoring = { sentryDsn, webhook: "http://127.0.0.1:9099/alerts", email };
const media = "/srv/gamelenders/shared/media";

interface Trouble {
  role: "database" | "web";
  breakIt: string;
  mend: string;
  /** What operators are told of, in order. */
  heard: string[];
}

const bucketHost = ". /etc/trinode/watch-bucket.env; host=${OFFSITE_ENDPOINT#https://}; host=${host%%:*}";
/** What happens to copies, each once: stopped timer, wrong key, a pg_dump that is too old for the server, full disk, broken network. */
const troubles: Trouble[] = [
  {
    role: "database",
    breakIt: "systemctl stop trinode-backup.timer; trinode beat",
    mend: "systemctl start trinode-backup.timer; trinode beat",
    heard: ["timer database server"],
  },
  {
    role: "database",
    breakIt: "cd /etc/trinode && cp -a backup.key kept.key && echo another-key >backup.key; ! trinode backup",
    mend: "cd /etc/trinode && mv kept.key backup.key; trinode backup",
    heard: ["backup database server"],
  },
  {
    role: "database",
    // Says and does what the real one of an older major version does.
    breakIt:
      `printf '#!/bin/sh\\necho pg_dump: error: aborting because of server version mismatch >&2\\nexit 1\\n' >/usr/local/bin/pg_dump` +
      " && chmod 755 /usr/local/bin/pg_dump && ! trinode backup",
    mend: "rm /usr/local/bin/pg_dump; trinode backup",
    heard: ["backup database server"],
  },
  {
    role: "database",
    breakIt: "fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - 104857600)) /var/full && ! trinode backup",
    mend: "rm /var/full; trinode backup",
    heard: ["backup database server", "disk database server"],
  },
  {
    role: "web",
    breakIt: `${bucketHost}; ip route add unreachable "$host"`,
    mend: `${bucketHost}; ip route del unreachable "$host"`,
    heard: ["silent application server", "silent database server"],
  },
];

/** By one channel; of mails, their subjects. */
const toldBy = (channel: string, alerts: Record<string, string>[]) =>
  alerts
    .filter((alert) => alert.channel === channel)
    .map(({ state, kind, where, subject }) => subject ?? `${state} ${kind} ${where}`)
    .sort();

describe("backups", () => {
  let production: Rehearsed;
  let site: SiteCommand;

  const on = (role: "database" | "app" | "web", command: string) =>
    onHost(local.directory, production.addresses[role], command);
  const sql = (statements: string) =>
    on("database", `runuser -u postgres -- psql -XAtqd ocrprojet13 -c "${statements}"`);
  // What pg_dump guards itself with is another one each time.
  const dump = async () =>
    (await on("database", "runuser -u postgres -- pg_dump ocrprojet13")).replaceAll(/^\\(un)?restrict .*$/gm, "");
  const databases = "runuser -u postgres -- psql -XAtqc 'SELECT datname FROM pg_database'";
  const uploads = () => on("app", `cd ${media} && find . -type f -exec sha256sum {} + | sort`);
  const list = async () => JSON.parse(await site.well(["--json", "backups"])) as Backups;
  /** Of database and uploads, newest first: a server can make a copy by itself, too. */
  const whole = async () => (await list()).backups.filter(({ parts }) => parts.database && parts.files);
  const damage = async () => {
    const tables = (await sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).trim().split("\n");
    await sql(
      `TRUNCATE ${tables.filter((name) => name !== "django_migrations").join(", ")}; ALTER TABLE lending_loan ADD x int`,
    );
    await on("app", `find ${media} -mindepth 1 -delete`);
  };
  /** Somebody who takes alerts and check-ins, on the server itself. */
  const receive = async (role: "web" | "database" = "web") => {
    const script = readFileSync(join(__dirname, "support/receiver.py")).toString("base64");
    await on(
      role,
      `echo ${script} | base64 -d >/root/receiver.py && systemd-run --quiet --collect --unit=trinode-receiver python3 /root/receiver.py /root/alerts` +
        " && until ss -ltn | grep -q :9099; do sleep 0.1; done",
    );
  };
  /** What has come since the last look. */
  const alerts = async () =>
    (await on("web", "cat /root/alerts 2>/dev/null; rm -f /root/alerts"))
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, string>);
  /** Kills a command on a server at a moment, with all that it has started. */
  const killed = (role: "database" | "app", command: string, seconds: number) =>
    on(
      role,
      `setsid ${command} >/dev/null 2>&1 & sleep ${seconds}; kill -KILL -- -$! 2>/dev/null; systemctl kill --signal=KILL 'run-*.service' 2>/dev/null; wait; true`,
    );

  beforeAll(async () => {
    await prepare(local);
    const configFile = join(local.directory, "Pulumi.e2e.yaml");
    const overrides = {
      "trinode:monitoring": monitoring,
      "trinode:backups": { key: "a key that only tests have".replaceAll(" ", "-").padEnd(40, "."), linode, machines },
    };
    const plan = { local, stack: "backups-e2e", original: "Pulumi.prod.yaml", configFile, overrides };
    const stack: Stack = await configure(plan);
    await deploy(stack, showProgress);
    production = await describeStack(stack, local);
    site = new SiteCommand(stack);
    await on(
      "app",
      `install -d ${media}/covers && head -c 300000 /dev/urandom >${media}/covers/a.bin && echo é >"${media}/é b.txt"`,
    );
    await on("app", `chown -R gamelenders:gamelenders ${media}`);
  }, 1_800_000);

  afterAll(async () => {
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
    for (const name of ["backups-e2e", "pr-2901"]) rmSync(`.trinode/${name}`, { recursive: true, force: true });
  }, 900_000);

  it("are made of database and uploads, read back, listed, and for root alone", async () => {
    await site.well(["backup"]);
    const { backups, unseen } = await list();
    expect(unseen).toEqual([]);
    expect(backups).toHaveLength(1);
    const { database, files } = backups[0]!.parts;
    expect(database?.rows).toBeGreaterThan(50);
    expect(files).toMatchObject({ files: 2, bytes: 300_003 });
    for (const part of [database, files])
      for (const place of ["local", "offsite"] as const) expect(part?.places[place]?.verifiedAt).toMatch(/^20.*Z$/);
    for (const role of ["database", "app"] as const) {
      expect(await on(role, "stat -c %a:%U /var/backups/trinode")).toBe("700:root\n");
      expect(await on(role, "cat /var/backups/trinode/logs/backup.log")).toMatch(/verified/);
      expect(await on(role, "systemctl is-active trinode-backup.timer; command -v backup.sh job-sql.sh")).toBe(
        "active\n/usr/local/bin/backup.sh\n/usr/local/bin/job-sql.sh\n",
      );
    }
  }, 900_000);

  it("are kept by Linode of whole machines, too: one of them comes back as it was, the others go on", async () => {
    const { env } = production.stack;
    // PostgreSQL finds itself as after a power cut: sequences then go on up to 32 numbers later.
    const rows = async () => (await dump()).replaceAll(/^SELECT pg_catalog\.setval\(.*$/gm, "");
    const text = await rows();
    await site.well(["backup", "--machine", "database"]);
    const listed = await site.run(["--json", "backups"]);
    const { machines: kept } = JSON.parse(listed.stdout) as { machines: OfMachine[] };
    expect(kept.map(({ name, backups }) => [name, backups.length])).toEqual([
      ["web", 0],
      ["app", 0],
      ["database", 1],
    ]);
    const label = kept[2]!.label;
    const [instance] = await new LinodeApi(env).find<Linode>("/linode/instances", { label });
    expect(instance!.backups.schedule).toEqual(machines);
    await sql("TRUNCATE lending_loan; DROP TABLE django_session");
    await on("database", "rm -rf /etc/postgresql /usr/local/lib/trinode");
    const asked = await site.run(["restore", "latest", "--machine", "database"]);
    expect([asked.code, asked.stderr]).toEqual([64, expect.stringContaining(`--yes ${label}`)]);
    await site.well(["restore", "latest", "--machine", "database", "--yes", label]);
    expect(await rows()).toBe(text);
    expect((await visit(production)).status).toBe(200);
    await site.well(["status"]);
    await pulumi(production.stack, ["preview", "--refresh", "--expect-no-changes"]);
  }, 900_000);

  it("are run by the timer's unit, with its limits; Sentry's monitor hears of it", async () => {
    await receive("database");
    await on("database", "systemctl start trinode-backup.service");
    const heard = await on("database", "systemctl stop trinode-receiver; cat /root/alerts");
    const checkIns = heard
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const path = "/api/42/cron/gamelenders-backup-database/public/";
    expect(checkIns).toMatchObject([
      {
        path,
        status: "in_progress",
        environment: "backups-e2e",
        monitor_config: { schedule: { value: "15 2 * * *" } },
      },
      { path, status: "ok", check_in_id: checkIns[0]?.check_in_id },
    ]);
    expect(await on("database", "systemctl show -P Result -P Slice trinode-backup.service")).toContain("success");
    expect((await list()).backups).toHaveLength(2);
    expect(await on("database", "cut -d ' ' -f 1 /var/lib/trinode/backups/last")).toBe("well\n");
  }, 900_000);

  it("bring everything back: the same dump, the same uploads; what was there is kept", async () => {
    await site.well(["backup"]);
    const [text, files] = [await dump(), await uploads()];
    await damage();
    const said = await site.well(["restore", "latest"]);
    expect(await dump()).toBe(text);
    expect(await uploads()).toBe(files);
    const former = /trinode_before_\w+/.exec(said)?.[0] ?? "";
    expect(
      await on("database", `runuser -u postgres -- psql -XAtqd ${former} -c "SELECT count(*) FROM lending_loan"`),
    ).toBe("0\n");
    expect((await visit(production)).status).toBe(200);
    expect(await on("web", "ls /var/lib/trinode/maintenance 2>/dev/null || echo none")).toBe("none\n");
  }, 900_000);

  it("bring everything back from the bucket when the servers have no copy", async () => {
    await site.well(["backup"]);
    const [text, files] = [await dump(), await uploads()];
    await damage();
    await on("database", "rm -rf /var/backups/trinode/database /var/cache/trinode-restic");
    await on("app", "rm -rf /var/backups/trinode/files /var/cache/trinode-restic");
    const { backups } = await list();
    expect(backups[0]?.parts.database?.places).toEqual({ offsite: expect.anything() as unknown });
    await site.well(["restore", "latest", "--from", "offsite"]);
    expect(await dump()).toBe(text);
    expect(await uploads()).toBe(files);
    // From here on the servers have copies of their own again.
    await site.well(["backup"]);
  }, 900_000);

  it("are tried: restored beside, counted, checked by the site, and thrown away; the evidence is shown", async () => {
    const text = await dump();
    const drill = JSON.parse(await site.well(["--json", "drill"])) as Drill;
    const { backups } = await list();
    expect(drill).toMatchObject({
      ...{ outcome: "well", place: "offsite", backup: backups[0]!.id, rows: backups[0]!.parts.database!.rows },
      site: { check: "passed", migrated: [] },
      uploads: { files: 2 },
    });
    expect(backups[0]!.drill).toEqual(drill);
    expect(await on("database", databases)).not.toContain("trinode_drill");
    expect(await dump()).toBe(text);
    expect(await on("database", "trinode status")).toMatch(/^drill +backup /m);
    for (const timer of ["database trinode-drill", "app trinode-drill-site"] as const) {
      const [role, unit] = timer.split(" ") as ["database" | "app", string];
      expect(await on(role, `systemctl is-active ${unit}.timer`)).toBe("active\n");
    }
  }, 900_000);

  it("that can't be read fail their drill, which is shown, until one goes well again", async () => {
    await on("database", "cd /etc/trinode && cp -a backup.key kept.key && echo another-key >backup.key");
    const failed = await site.run(["drill"]);
    await on("database", "cd /etc/trinode && mv kept.key backup.key");
    expect([failed.code, failed.stderr]).toEqual([1, expect.stringContaining("no backup could be brought back")]);
    expect((await site.run(["status"])).stdout).toMatch(/drill +NOT WELL/);
    await site.well(["drill"]);
    expect((await site.run(["status"])).stdout).not.toMatch(/drill +NOT WELL/);
  }, 900_000);

  it("are watched from the web server: operators are told once what is not well, and again when it is", async () => {
    await receive();
    await on("web", "trinode watch");
    await alerts();
    for (const { role, breakIt, mend, heard } of troubles) {
      await on(role, breakIt);
      await on("web", "trinode watch; trinode watch");
      const bad = await alerts();
      expect(toldBy("webhook", bad)).toEqual(heard.map((what) => `unwell ${what}`));
      expect(toldBy("email", bad)).toHaveLength(heard.length);
      await on(role, mend);
      await on("web", "trinode watch; trinode watch");
      expect(toldBy("webhook", await alerts())).toEqual(heard.map((what) => `well ${what}`));
    }
  }, 900_000);

  it("that are not well are told later where nobody takes alerts, and ./site status says so", async () => {
    await on("web", "systemctl stop trinode-receiver");
    await on("web", "trinode watch --at 2036-01-01T00:00:00Z || true");
    const status = await site.run(["status"]);
    expect([status.code, status.stdout]).toEqual([
      1,
      expect.stringMatching(/alerts +NOT WELL: \d+ can't be sent by email/),
    ]);
    await receive();
    await on("web", "trinode watch");
    const late = await alerts();
    for (const state of ["unwell", "well"])
      expect(late).toContainEqual(expect.objectContaining({ kind: "old", state, where: "database server" }));
    expect(late.find(({ channel }) => channel === "email")?.body).toMatch(/What to do: .*[^]*À faire : /);
    expect((await site.run(["status"])).stdout).not.toMatch(/can't be sent/);
  }, 900_000);

  it("whose drill is killed leave the site alone, and the next drill is well", async () => {
    const text = await dump();
    for (const seconds of [0.5, 1.5, 2.5, 4]) await killed("database", "trinode drill", seconds);
    expect(await dump()).toBe(text);
    await site.well(["drill"]);
    expect(await on("database", databases)).not.toContain("trinode_drill");
    expect(await on("database", "ls -A /var/backups/trinode")).toBe("database\nlogs\n");
  }, 900_000);

  it("come onto the operator's computer, decrypted and read in full", async () => {
    const { id, parts } = (await whole())[0]!;
    await site.well(["backups", "get", id, join(local.directory, "kept"), "--from", "offsite"]);
    const there = join(local.directory, "kept", id);
    const manifest = JSON.parse(readFileSync(join(there, "database/manifest.json"), "utf8")) as { sha256: string };
    const dumped = createHash("sha256")
      .update(readFileSync(join(there, "database/database.dump")))
      .digest("hex");
    expect(dumped).toBe(manifest.sha256);
    expect(readdirSync(join(there, "files", media)).sort()).toEqual(["covers", "é b.txt"]);
    expect(parts.files?.files).toBe(2);
    const again = await site.run(["backups", "get", id, join(local.directory, "kept")]);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("is there already")]);
  }, 900_000);

  it("leave what is in use alone where they are not what was put there", async () => {
    const text = await dump();
    const { backups } = await list();
    const id = backups[0]!.id;
    await on(
      "database",
      "cd /var/backups/trinode && cp -a database kept && find database/data -type f -exec truncate -s 100 {} +",
    );
    const refused = await site.run(["restore", id, "--from", "local"]);
    await on("database", "cd /var/backups/trinode && rm -rf database && mv kept database");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("can't be read")]);
    const unknown = await site.run(["restore", "20200101T000000Z"]);
    expect([unknown.code, unknown.stderr]).toEqual([1, expect.stringContaining("there is no copy")]);
    expect(await dump()).toBe(text);
  }, 900_000);

  it("are refused where the release does not know their migrations, or is beyond them", async () => {
    await sql("INSERT INTO django_migrations (app, name, applied) VALUES ('lending', '9999_later', now())");
    const id = (JSON.parse(await site.well(["--json", "backup"])) as { backup: string }).backup;
    await sql("DELETE FROM django_migrations WHERE name = '9999_later'");
    const ahead = await site.run(["restore", id]);
    expect([ahead.code, ahead.stderr]).toEqual([1, expect.stringContaining("lending.9999_later")]);
    await sql("INSERT INTO django_migrations (app, name, applied) VALUES ('lending', '9998_newer', now())");
    const behind = await site.run(["restore", (await whole())[1]!.id]);
    expect([behind.code, behind.stderr]).toEqual([1, expect.stringContaining("--migrate")]);
    await sql("DELETE FROM django_migrations WHERE name = '9998_newer'");
  }, 900_000);

  it("may be a dump of one's own: SQL, gzipped, or custom format; what is none of the site is refused", async () => {
    const text = await dump();
    const file = (name: string) => join(local.directory, name);
    const made = async (options: string) =>
      Buffer.from(
        await on("database", `runuser -u postgres -- pg_dump ${options} ocrprojet13 | base64 -w 0`),
        "base64",
      );
    const sqlText = await made("");
    writeFileSync(file("dump.sql"), sqlText);
    writeFileSync(file("dump.sql.gz"), gzipSync(sqlText));
    writeFileSync(file("dump.custom"), await made("--format=custom"));
    for (const name of ["dump.sql", "dump.sql.gz", "dump.custom"]) {
      await sql("UPDATE lending_game SET title = title || '!'");
      expect(await site.well(["restore", "--file", file(name)])).toContain("kept as trinode_before_");
      expect(await dump()).toBe(text);
    }
    writeFileSync(file("other.sql"), "CREATE TABLE other (id int);\n");
    writeFileSync(file("cut.sql"), sqlText.subarray(0, 20_000));
    writeFileSync(file("empty.sql"), "");
    for (const name of ["other.sql", "cut.sql", "empty.sql"])
      expect((await site.run(["restore", "--file", file(name)])).code).toBe(1);
    expect((await site.run(["restore"])).code).toBe(64);
    expect(await dump()).toBe(text);
  }, 900_000);

  it("that have had their time go from the servers, with their proofs, once a newer one is verified", async () => {
    const before = (await list()).backups.map(({ id }) => id);
    const old = ["20200101T021500Z", "20200102T021500Z"];
    const keys =
      "--repo /var/backups/trinode/database --password-file /etc/trinode/backup-local.key --quiet --host trinode";
    for (const id of old) {
      const time = `${id.slice(0, 4)}-01-0${id.slice(7, 8)} 02:15:00`;
      await on("database", `echo x | restic backup ${keys} --time '${time}' --tag id:${id},kind:backup --stdin`);
    }
    expect((await list()).backups.map(({ id }) => id)).toEqual([...before, ...old.reverse()]);
    const id = (JSON.parse(await site.well(["--json", "backup"])) as { backup: string }).backup;
    expect((await list()).backups.map((backup) => backup.id)).toEqual([id, ...before]);
  }, 900_000);

  it("that are killed leave nothing that looks like one, and the next is well", async () => {
    for (const seconds of [0.3, 1, 1.7]) await killed("database", "trinode backup", seconds);
    const before = (await list()).backups.length;
    await site.well(["backup"]);
    const { backups } = await list();
    expect(backups).toHaveLength(before + 1);
    expect(backups[0]?.parts.database?.places.local?.verifiedAt).toBeTruthy();
    expect(await on("database", "ls -A /var/backups/trinode")).toBe("database\nlogs\n");
  }, 900_000);

  it("that are killed while they are brought back leave the site as it was; done again, they are in use", async () => {
    const { backups } = await list();
    const id = backups[0]!.id;
    const [text, files] = [await dump(), await uploads()];
    await sql("UPDATE lending_game SET title = title || '!'");
    const changed = await dump();
    for (const seconds of [0.2, 0.7, 1.2]) {
      await killed("database", `trinode restore-database prepare ${id}`, seconds);
      expect(await dump()).toBe(changed);
    }
    for (const when of ["restoring into a database beside", "fetching uploads", "restored: backup"]) {
      await site.interrupted(["restore", id], { when, signal: "SIGKILL" });
      expect([changed, text]).toContain(await dump());
    }
    await site.well(["restore", id]);
    expect(await dump()).toBe(text);
    expect(await uploads()).toBe(files);
    expect((await visit(production)).status).toBe(200);
    expect(await on("web", "ls /var/lib/trinode/maintenance 2>/dev/null || echo none")).toBe("none\n");
  }, 900_000);

  it("come into another stack over this computer; into a protected one only where that is said once more", async () => {
    const name = "pr-2901";
    const stack = { ...production.stack, name, configFile: `.trinode/${name}/Pulumi.${name}.yaml` };
    const staging = new SiteCommand(stack);
    const sums = `cd ${media} && find . -type f -exec sha256sum {} + | sort`;
    const all = async (of: SiteCommand) =>
      (await of.well(["run", "--", "manage.py", "dumpdata"])) + (await of.well(["run", "--", "sh", "-c", sums]));
    try {
      const { id } = (await whole())[0]!;
      const up = await site.well(["--json", "staging", "up", name, "--from-backup", id]);
      expect(JSON.parse(up)).toMatchObject({ stack: name, well: true });
      const before = await all(site);
      expect(await all(staging)).toBe(before);

      const into = ["restore", id, "--to", name, "--migrate"];
      await site.interrupted(into, { when: "restored: backup", signal: "SIGKILL" });
      await site.well(into);
      expect(await all(staging)).toBe(before);

      await site.well(["backups", "get", id, join(local.directory, "drawer")]);
      await damage();
      await site.well(["restore", "--directory", join(local.directory, "drawer", id)]);
      expect(await all(site)).toBe(before);

      const protectedFile = join(local.directory, "Pulumi.protected.yaml");
      const file = readFileSync(production.stack.configFile!, "utf8");
      writeFileSync(protectedFile, file.replace(/trinode:protect: .*/, "trinode:protect: true"));
      const to = ["--to", production.stack.name, "--to-config-file", protectedFile];
      const refused = await staging.run(["restore", id, ...to]);
      expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining("is protected (trinode:protect)")]);
      expect(readdirSync(".trinode/backups-e2e")).not.toContain("fetched");
    } finally {
      await site.run(["staging", "down", name]);
    }
  }, 900_000);

  it("bring everything back when all is destroyed: from the bucket, the stack's file and the passphrase", async () => {
    await sql("UPDATE lending_game SET title = title || '?'");
    const [text, files] = [await dump(), await uploads()];
    const { stack } = production;
    const asked = await site.run(["destroy"]);
    expect([asked.code, asked.stderr]).toEqual([64, expect.stringContaining("--yes backups-e2e")]);
    const { backup } = JSON.parse(await site.well(["--json", "destroy", "--yes", stack.name])) as { backup: string };
    // The state is thrown away; what is left is the file with the key of the copies.
    await pulumi(stack, ["stack", "rm", "--yes", "--preserve-config"]);
    const [file, usual] = [stack.configFile!, `Pulumi.${stack.name}.yaml`];
    copyFileSync(file, usual);
    await pulumi(stack, ["stack", "init", "--no-select"]);
    expect(readFileSync(usual, "utf8")).toBe(readFileSync(file, "utf8"));
    rmSync(usual);
    // In another region: nothing of the former is needed but the bucket.
    await pulumi(stack, ["config", "set", "trinode:region", "it-mil"]);
    await deploy(stack, showProgress);
    production = await describeStack(stack, local);
    await site.well(["restore", backup, "--from", "offsite"]);
    expect(await dump()).toBe(text);
    expect(await uploads()).toBe(files);
    expect((await visit(production)).status).toBe(200);
  }, 1_800_000);
});
