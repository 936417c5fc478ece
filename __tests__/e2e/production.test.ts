import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { onHost } from "../../bench/hosts";
import { load } from "../../bench/load";
import { residentMemory } from "../../bench/memory";
import { roles, servers } from "../../bench/servers";
import { showProgress } from "../../cli/progress";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { LinodeApi } from "../../cli/linodeApi";
import { outputs, pulumi, type Stack } from "../../cli/pulumi";
import { openBrowser } from "./browser";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed, visit } from "../../cli/rehearse";

const local: LocalSettings = { directory: ".test/production", port: 8408, slot: 8 };
const configFile = join(local.directory, "Pulumi.e2e.yaml");

const anotherKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIK2IFCRCAHKXEwJMPrGcVPF4Gz0nEvL+NnN9FAXhqJtF another";

/** A picture of 8 by 8 pixels. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAIAQMAAAD+wSzIAAAABlBMVEX///+/v7+jQ3Y5AAAADklEQVQI12P4AIX8EAgALgAD/aNpbtEAAAAASUVORK5CYII=",
  "base64",
);

/** Whether a TCP connection to a port is taken, within two seconds. */
function open(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 2000 });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", () => end(true));
    socket.on("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}

/** Starts `pulumi up` and kills it, and its providers, the moment it has begun with a resource. */
async function killHalfWay({ name, configFile: file, env }: Stack, begun: string): Promise<void> {
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", name, "--config-file", file ?? ""];
  const child = spawn("pulumi", args, { env: { ...env, PULUMI_STACK: undefined }, detached: true });
  const ended = once(child, "close");
  let printed = "";
  for await (const part of child.stdout) {
    printed += String(part);
    if (!printed.includes(begun)) continue;
    // By then Linode has made the machine, and nobody has heard its answer.
    await new Promise((resolve) => setTimeout(resolve, 500));
    process.kill(-child.pid!, "SIGKILL");
    break;
  }
  await ended;
  expect(printed).toContain(begun);
}

/** As after a reboot: the number in the killed one's lock is another program's by now. */
function numberIsReused({ name, env }: Stack): void {
  const locks = join(fileURLToPath(env.PULUMI_BACKEND_URL!), ".pulumi/locks/organization/trinode", name);
  const [file] = readdirSync(locks).filter((one) => !one.endsWith(".attrs"));
  const lock = JSON.parse(readFileSync(join(locks, file!), "utf8")) as object;
  writeFileSync(join(locks, file!), JSON.stringify({ ...lock, pid: process.pid }));
}

/** Tries until it works, for at most this long. */
async function within<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}

describe("production on the local Linode", () => {
  let stack: Stack;
  let production: Rehearsed;
  let started = false;

  beforeAll(async () => {
    await prepare(local);
    started = true;
    stack = await configure({ local, stack: "e2e", original: "Pulumi.prod.yaml", configFile });
    // An account where nobody configures the VPC's interface: the program does.
    await new LinodeApi(stack.env).call("PUT", "/account/settings", { network_helper: false });
    await killHalfWay(stack, process.env.TRINODE_KILL_AT ?? "linode:index:Instance app-instance");
    numberIsReused(stack);
    await deploy(stack, showProgress);
    production = await describeStack(stack, local);
  }, 900_000);

  afterAll(async () => {
    // What could not be started may be another checkout's, on the same slot.
    if (!started) return;
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
  }, 120_000);

  it("answers, although the first pulumi up was killed half-way, over HTTPS with the site, its data, and a certificate that is verified", async () => {
    const answer = await visit(production);
    expect(answer.status).toBe(200);
    expect(answer.body).toContain("GameLenders");
  });

  it("changes nothing when nothing has changed", async () => {
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
    await pulumi(stack, ["refresh", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 120_000);

  it("gives what the design says as outputs, and hides the secret one", async () => {
    const found = await outputs(stack);
    expect(Object.keys(found).sort()).toEqual(["databaseUrl", "domains", "host", "monthlyCost", "servers", "url"]);
    expect(found).toMatchObject({ url: production.url, host: "10.0.0.12", databaseUrl: "[secret]", monthlyCost: 15 });
  });

  it("is reached by operators on 22 and 5432, by the world on 80 and 443, and on nothing else", async () => {
    const ports = [22, 25, 80, 111, 443, 5432, 8000, 8001, 9001];
    const found = await Promise.all(
      Object.entries(production.addresses).map(async ([role, address]) => {
        const answers = await Promise.all(ports.map(async (port) => ((await open(address, port)) ? [port] : [])));
        return [role, answers.flat()];
      }),
    );
    expect(Object.fromEntries(found)).toEqual({ database: [22, 5432], app: [22], web: [22, 80, 443] });
  }, 30_000);

  // docs/changes.md has the whole table. A preview also names what reads a value that a step may change: the site's mail check.
  const live = ["update app-mail", "update app-release"];
  const app = (keys: object) => (before: object) => ({ ...before, ...keys });
  it.each<[string, string, (value: never) => unknown, string[]]>([
    [
      "an operator's key",
      "trinode:operators",
      (operators: { sshKeys: string[] }) => ({ ...operators, sshKeys: [...operators.sshKeys, anotherKey] }),
      ["update app-keys", "update database-keys", "update web-keys"],
    ],
    [
      "the size of uploads",
      "trinode:app",
      (app: object) => ({ ...app, server: { maxBody: "50 MB" } }),
      ["update web-setup"],
    ],
    ["a plan", "trinode:plans", () => ({ web: "g6-standard-1" }), ["update web-instance"]],
    ["the image of new machines", "trinode:image", () => "linode/debian12", []],
    ["the region", "trinode:region", () => "it-mil", []],
    ["protection", "trinode:protect", () => true, []],
    [
      "a domain",
      "trinode:domains",
      (domains: string[]) => [...domains, "club.gamelenders.test"],
      [
        ...["create web-dns-club.gamelenders.test-a", "create web-dns-club.gamelenders.test-aaaa"],
        ...["update app-build", ...live, "update web-certificate", "update web-dns-free", "update web-setup"],
      ],
    ],
    [
      "the address of static files",
      "trinode:app",
      app({ static: { url: "/assets/" } }),
      ["update app-setup", "update web-setup"],
    ],
    ["workers", "trinode:app", app({ server: { workers: 3 } }), live],
    ["outside services", "trinode:app", app({ reaches: ["example.org"] }), ["update app-setup"]],
    ["a variable", "trinode:app", app({ secrets: { GREETING: "hello" } }), ["update app-build", ...live]],
    ["a program beside", "trinode:app", app({ processes: { clock: { command: "manage.py check" } } }), live],
    [
      "a timed command",
      "trinode:app",
      app({ schedule: { nightly: { command: "manage.py check", at: "daily" } } }),
      live,
    ],
    [
      "the secret key",
      "trinode:app",
      app({ secretKeyRotation: 1 }),
      ["create site-secret-key-2", "update app-build", ...live],
    ],
    [
      "the database's password",
      "trinode:database",
      (database: object) => ({ ...database, rotation: 1 }),
      [
        ...["create database-database-login-2", "create database-database-password-2", "update app-build", ...live],
        ...["update database-database-login", "update database-dump"],
      ],
    ],
    [
      "the database's login",
      "trinode:database",
      (database: object) => ({ ...database, user: "other" }),
      ["update app-build", ...live, "update database-database-login", "update database-dump"],
    ],
    [
      "an extension",
      "trinode:database",
      (database: object) => ({ ...database, extensions: ["citext"] }),
      ["create database-database-extension-citext"],
    ],
    [
      "errors that are sent",
      "trinode:monitoring",
      () => ({ sentryDsn: "https://key@errors.test/1" }),
      ["update app-build", ...live, "update backups-database-setup", "update backups-files-setup"],
    ],
    [
      "Linode's alerts",
      "trinode:monitoring",
      () => ({ alerts: { cpu: 80 } }),
      ["update app-instance", "update database-instance", "update web-instance"],
    ],
    [
      "where the certificate is from",
      "trinode:tls",
      () => ({ mode: "selfsigned" }),
      ["update web-certificate", "update web-setup"],
    ],
    [
      "when copies are made",
      "trinode:backups",
      (backups: object) => ({ ...backups, schedule: "*-*-* 04:00" }),
      ["update backups-database-setup", "update backups-files-setup"],
    ],
  ])(
    "touches only what a change is about: %s",
    async (_, key, change, touched) => {
      const { config, ...rest } = parse(readFileSync(configFile, "utf8")) as { config: Record<string, unknown> };
      const changed = `${configFile}.changed.yaml`;
      writeFileSync(changed, stringify({ ...rest, config: { ...config, [key]: change(config[key] as never) } }));
      const { steps } = JSON.parse(await pulumi({ ...stack, configFile: changed }, ["preview", "--json"])) as {
        steps: { op: string; urn: string }[];
      };
      const found = steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${urn.split("::").pop()}`);
      expect(found.sort()).toEqual(touched);
    },
    60_000,
  );

  it("lets a user sign in, lend a game, and see a picture right after uploading it", async () => {
    const browser = await openBrowser(production);
    try {
      const page = await browser.context.newPage();
      await page.goto(`${production.url}accounts/login/?next=/games/lantern-keep/`);
      await page.fill("input[name=username]", "demo");
      await page.fill("input[name=password]", "demo-gamelenders");
      await page.press("input[name=password]", "Enter");
      await page.getByRole("button", { name: "Borrow this game" }).click();
      await page.waitForSelector("ul.messages li.success");

      await page.goto(`${production.url}add/`);
      await page.fill("input[name=title]", "Rehearsal");
      await page.fill("input[name=publisher]", "trinode");
      await page.selectOption("select[name=platform]", "pc");
      await page.fill("input[name=year]", "2026");
      await page.fill("input[name=players]", "2");
      await page.fill("textarea[name=description]", "Played on three servers.");
      await page.setInputFiles("input[name=picture]", { name: "one.png", mimeType: "image/png", buffer: picture });
      await page.getByRole("button", { name: "Add this game" }).click();
      const shown = page.locator("img.picture");
      await shown.waitFor();
      expect(
        await shown.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
      ).toBeGreaterThan(0);
      expect(await shown.getAttribute("src")).toMatch(/^\/media\/games\//);
      expect(browser.errors).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 120_000);

  it("keeps to its budget of memory, at rest and with 16 users", async () => {
    const budget = readFileSync("docs/memory.md", "utf8");
    const most = (role: string, column: number) => {
      const [, figures = ""] = budget.split(`| ${role} `);
      return Number(figures.match(/\d+(?= MB)/g)?.[column]);
    };
    const rest = await residentMemory(local, production);
    const stop = new AbortController();
    const { url, addresses, ca } = production;
    const users = load({
      requests: [{ url: new URL("/search/?q=lantern", url).href }],
      count: 100_000,
      clients: 16,
      until: stop.signal,
      address: addresses.web,
      ca,
    });
    await new Promise((resolve) => setTimeout(resolve, 4000));
    const busy = await residentMemory(local, production);
    stop.abort();
    expect((await users).failed).toBe(0);
    for (const role of roles) {
      expect(rest[role]).toBeGreaterThan(0);
      expect([role, rest[role] / 1024 < most(role, 0), busy[role] / 1024 < most(role, 1)]).toEqual([role, true, true]);
    }
  }, 120_000);

  it("loses no request of visitors who never pause while nginx takes over its configuration", async () => {
    const { url, addresses, ca } = production;
    const stop = new AbortController();
    const visitors = load({
      requests: [{ url: new URL("/static/lending/site.css", url).href }],
      count: 100_000,
      clients: 16,
      until: stop.signal,
      address: addresses.web,
      ca,
    });
    const { web } = await servers(local, production);
    for (let times = 0; times < 3; times += 1) await onHost(web, "trinode deploy-web");
    stop.abort();
    const { answers, failed } = await visitors;
    expect([Object.keys(answers), failed]).toEqual([["200"], 0]);
    // The word to leave is taken back.
    await within(15, () => onHost(web, "! test -e /run/trinode-leaving"));
  }, 120_000);

  it("updates each server in a half hour of its own, and none while the site is unwell", async () => {
    const hosts = await servers(local, production);
    const each = (command: string) => Promise.all(roles.map((role) => onHost(hosts[role], command)));
    const times = await each("systemctl show -p TimersCalendar --value apt-daily-upgrade.timer");
    const minutes = times.map((text) => /(\d+):(\d+):00 UTC/.exec(text)!.slice(1).map(Number));
    const [first, second, third] = minutes.map(([hour = 0, minute = 0]) => hour * 60 + minute).sort((a, b) => a - b);
    expect([second! - first!, third! - second!]).toEqual([30, 30]);
    const update =
      "systemctl start apt-daily-upgrade.service; systemctl show -p Result --value apt-daily-upgrade.service";
    expect(await each(update)).toEqual(["success\n", "success\n", "success\n"]);
    await onHost(hosts.app, "systemctl stop supervisor");
    try {
      expect(await each(update)).toEqual(["exec-condition\n", "exec-condition\n", "exec-condition\n"]);
    } finally {
      await onHost(hosts.app, "systemctl start supervisor");
    }
    await within(30, async () => expect((await visit(production, "/health/")).status).toBe(200));
  }, 300_000);

  it("is back by itself when all three machines have been restarted", async () => {
    const api = new LinodeApi(stack.env);
    const machines = await api.find<{ id: number }>("/linode/instances", {});
    await Promise.all(machines.map(({ id }) => api.call("POST", `/linode/instances/${id}/reboot`, {})));
    await within(10, async () => expect((await visit(production)).status).not.toBe(200)).catch(() => undefined);
    const answer = await within(90, async () => {
      const got = await visit(production, "/health/");
      if (got.status !== 200) throw new Error(`status ${got.status}`);
      return got;
    });
    expect(answer.body).toContain("ok");
  }, 120_000);

  it("is destroyed in one go", async () => {
    await pulumi(stack, ["destroy", "--yes", "--skip-preview"]);
    expect(await pulumi(stack, ["stack", "ls", "--json"])).toContain('"resourceCount": 0');
  }, 120_000);
});
