import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { showProgress } from "../../cli/progress";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed, visit } from "../../cli/rehearse";
import { CommandFailed } from "../../cli/run";
import { openBrowser } from "./browser";

const local: LocalSettings = { directory: ".test/ocpizza", port: 8425, slot: 25 };
const original = "examples/ocpizza/Pulumi.single.yaml";

type Config = Record<string, Record<string, unknown>>;
const { config } = parse(readFileSync(original, "utf8")) as { config: Config };

/** A stand-in of Sentry on the host itself: keeps what it is sent. */
const receiver = `
import gzip, http.server
class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        body = gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body
        open("/root/events", "ab").write(body + b"\\n")
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")
http.server.HTTPServer(("127.0.0.1", 9999), Receiver).serve_forever()
`;

/** Errors that Sentry was told of, one a line: release, environment, kind. */
const events = `python3 - <<'END'
import json, os
lines = open("/root/events", "rb").read().splitlines() if os.path.exists("/root/events") else []
for line in lines:
    try:
        event = json.loads(line)
    except ValueError:
        continue
    if "exception" in event:
        print(event["release"], event["environment"], event["exception"]["values"][-1]["type"])
END`;
import { within } from "./support/outside";
import { scriptOnHost } from "./support/ssh";

const sql = (statement: string) => `cd / && runuser -u postgres -- psql -qAt ocpizza -c "${statement}"`;

/** Redis as the site reaches it. */
const redis = (...words: string[]) =>
  `trinode manage shell --no-imports -c 'import redis; from django.conf import settings; r = redis.from_url(settings.REDIS_URL); ${words.join("; ")}'`;

describe("OcPizza on one Linode", () => {
  let production: Rehearsed;

  /** \`pulumi up\` with more of the configuration than the example has. */
  async function up(app: object = {}, more: Record<string, unknown> = {}): Promise<void> {
    const overrides = { "trinode:app": { ...config["trinode:app"], ...app }, ...more };
    const configFile = join(local.directory, "Pulumi.e2e.yaml");
    const stack = await configure({ local, stack: "e2e", original, configFile, overrides });
    await deploy(stack, showProgress);
    production = await describeStack(stack, local);
  }

  const onHost = (script: string) => scriptOnHost(local.directory, production.addresses.app, script);

  const schedule = {
    ...(config["trinode:app"]?.schedule as object),
    tick: { command: "sh -c 'echo begins for $ENV; sleep 4; echo ends'", at: "*:*:0/2", timeoutSeconds: 60 },
    fails: { command: "manage.py no_such_command", at: "*:*:0/5" },
  };

  beforeAll(async () => {
    await prepare(local);
    await up({ schedule }, { "trinode:monitoring": { sentryDsn: "http://key@127.0.0.1:9999/1", alerts: { cpu: 85 } } });
    await onHost(
      `cat >/root/receiver.py <<'END'\n${receiver}\nEND\nsystemd-run --quiet --unit receiver python3 /root/receiver.py`,
    );
  }, 900_000);

  afterAll(async () => {
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
  }, 120_000);

  it("takes an order, and shows its page every change by a websocket through HTTPS, also after gunicorn was restarted", async () => {
    const browser = await openBrowser(production);
    try {
      const page = await browser.context.newPage();
      await page.goto(production.url);
      await page.fill("input[name=name]", "Ada");
      await page.fill("input[name=address]", "1 rue du Four, Paris");
      await page.locator("ul.menu input").first().fill("2");
      await page.locator("main button").click();
      const status = page.locator("#status");
      const change = (name: string) =>
        onHost(
          `trinode manage shell --no-imports -c 'from orders.models import Order; o = Order.objects.get(); o.status = "${name}"; o.save()'`,
        );

      // Told by the worker of app.processes, through Redis.
      await change("cooking");
      await page.locator("#status", { hasText: /au four|in the oven/ }).waitFor({ timeout: 20_000 });
      await onHost("trinode restart-app");
      await change("left");
      await page.locator("#status", { hasText: /en route|on its way/ }).waitFor({ timeout: 20_000 });
      expect(await status.count()).toBe(1);
      expect(browser.errors.filter((error) => !error.includes("WebSocket"))).toEqual([]);
    } finally {
      await browser.close();
    }
  }, 180_000);

  it("runs scheduled commands with the site's variables, never twice at once, and shows which failed", async () => {
    const journal = await within(30, async () => {
      const lines = await onHost(
        "journalctl --unit trinode-job-tick --output cat --no-pager | grep -E '^(begins|ends)'",
      );
      expect(lines.trim().split("\n").length).toBeGreaterThanOrEqual(4);
      return lines.trim().split("\n");
    });
    expect(journal).toEqual(journal.map((_, i) => (i % 2 === 0 ? "begins for production" : "ends")));
    await within(20, async () => {
      expect(await onHost("systemctl list-units --failed --plain --no-legend 'trinode-job-*'")).toMatch(
        /^trinode-job-fails\.service/,
      );
    });
    expect(await onHost("journalctl --unit trinode-job-fails --output cat --no-pager")).toContain(
      "Unknown command: 'no_such_command'",
    );
  }, 90_000);

  it("has a Redis that never holds more than it may: what has an end goes, what has none stays and writes are refused", async () => {
    const filled = await onHost(
      redis(
        'r.set("job", "kept")',
        '[r.set(f"cache:{n}", b"x" * 1000000, ex=3600) for n in range(150)]',
        'print(r.info()["used_memory"] <= r.info()["maxmemory"], r.info()["evicted_keys"] > 0, r.get("job"))',
      ),
    );
    expect(filled.trim()).toBe("True True b'kept'");
    await expect(onHost(redis('[r.set(f"job:{n}", b"x" * 1000000) for n in range(150)]'))).rejects.toThrow(
      /OutOfMemoryError/,
    );
    expect((await visit(production)).status).toBe(200);
    await onHost(redis('[r.delete(f"job:{n}") for n in range(150)]'));
  }, 60_000);

  it("tells Sentry of an error in a page, with release and stack, and of nothing else", async () => {
    await onHost(sql("alter table orders_pizza rename to orders_gone"));
    expect((await visit(production)).status).toBe(500);
    const release = (await onHost("basename $(readlink /srv/ocpizza/current)")).trim();
    const told = await within(15, async () => {
      const lines = (await onHost(events)).trim();
      expect(lines).not.toBe("");
      return lines.split("\n");
    });
    expect(told).toEqual([`${release} e2e ProgrammingError`]);
  }, 60_000);

  it("answers as before when Sentry is away", async () => {
    await onHost("systemctl stop receiver");
    // Errors with nobody to tell them to, then a good page.
    const failing = await Promise.all(Array.from({ length: 20 }, () => visit(production)));
    expect(new Set(failing.map(({ status }) => status))).toEqual(new Set([500]));
    await onHost(sql("alter table orders_gone rename to orders_pizza"));
    expect((await visit(production)).status).toBe(200);
  }, 60_000);

  it("fails the up for a program that crashes, with its last lines, and the site goes on", async () => {
    const crash = { command: `python -c 'print("the oven is cold"); raise SystemExit(3)'` };
    const processes = { ...(config["trinode:app"]?.processes as object), crash };
    await expect(up({ processes })).rejects.toThrow(CommandFailed);
    expect((await visit(production)).status).toBe(200);
    const status = await onHost("supervisorctl status || true");
    expect(status).toMatch(/process_notices:notices-0\s+RUNNING/);
    expect(status).toMatch(/process_crash:crash-0\s+(BACKOFF|STARTING)/);
    await expect(onHost("trinode processes-apply")).rejects.toThrow(
      /process crash \(trinode:app\.processes\.crash\):\n(the oven is cold\n)+/,
    );
  }, 180_000);

  it("is stopped with its timers and its Redis, for the next boot too, and started with them", async () => {
    const units = ["supervisor", "redis-server", "trinode-job-forget.timer", "trinode-job-forget.service"];
    const states = (verb: string) => onHost(units.map((unit) => `systemctl ${verb} ${unit} || true`).join("\n"));
    await onHost("trinode services stop app");
    expect(await states("is-active")).toBe("inactive\ninactive\ninactive\ninactive\n");
    expect((await states("is-enabled")).split("\n").slice(0, 3)).toEqual(["disabled", "disabled", "disabled"]);
    expect(await onHost("trinode status-app || true")).toMatch(/schedule +NOT WELL: scheduled commands were stopped/);
    await onHost("trinode services start app");
    expect((await states("is-active")).split("\n").slice(0, 3)).toEqual(["active", "active", "active"]);
    // It was nginx's machine, too: visitors are served again.
    expect((await visit(production)).status).toBe(200);
  }, 120_000);

  it("takes out what is not configured any more, and keeps Redis' data", async () => {
    const { REDIS_URL: _, ...env } = config["trinode:app"]?.env as Record<string, string>;
    await up({ processes: {}, schedule: {}, env }, { "trinode:redis": false });
    expect((await visit(production)).status).toBe(200);
    expect(await onHost("supervisorctl status")).not.toContain("process_");
    expect(await onHost("ls /etc/systemd/system /etc/supervisor/conf.d")).not.toMatch(/trinode-(job|processes)/);
    expect(await onHost("systemctl is-active redis-server || true; ls /var/lib/redis")).toBe(
      "inactive\nappendonlydir\n",
    );
    expect(await onHost("systemctl list-timers 'trinode-job-*' --no-legend")).toBe("");
    // A run that was under way may have failed since: it is forgotten the next time.
    await within(20, async () => {
      await onHost("trinode processes-apply");
      expect(await onHost("systemctl list-units --failed --no-legend 'trinode-job-*'")).toBe("");
    });
    // No DSN any more: nobody is told.
    await onHost(
      `rm -f /root/events; systemd-run --quiet --unit receiver python3 /root/receiver.py; ${sql("alter table orders_pizza rename to orders_gone")}`,
    );
    expect((await visit(production)).status).toBe(500);
    await onHost("sleep 2");
    expect(await onHost(events)).toBe("");
  }, 180_000);
});
