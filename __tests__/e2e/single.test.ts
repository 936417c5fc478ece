import { appendFileSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { onHost } from "../../bench/hosts";
import { LinodeApi } from "../../cli/linodeApi";
import { localDown, type LocalSettings } from "../../cli/localLinode";
import { zoneOf } from "../../cli/localStack";
import { outputs, pulumi, type Stack } from "../../cli/pulumi";
import { configure, deploy, describe as describeStack, prepare, type Rehearsed, visit } from "../../cli/rehearse";
import { CommandFailed, run } from "../../cli/run";
import { certificateOf, serving, whileServing, within } from "./support/outside";

const local: LocalSettings = { directory: ".test/single", port: 8422, slot: 22 };
const configFile = join(local.directory, "Pulumi.single.yaml");
const plan = { local, stack: "single", original: "Pulumi.prod.yaml", configFile };
const prod = (parse(readFileSync(plan.original, "utf8")) as { config: Record<string, object> }).config;
const there = (path: string) => join(local.directory, path);

/** The example site with two bad views; the server gives a request three seconds. */
const app = (keys: object = {}) => ({
  "trinode:app": { ...prod["trinode:app"], source: there("site"), server: { timeoutSeconds: 3 }, ...keys },
});
const badViews = `
import time
from django.http import HttpResponse

held = []


def stuck(request):
    while True:
        time.sleep(1)


def hungry(request):
    held.append(b"x" * (20 * 1024 * 1024))
    return HttpResponse("more")


urlpatterns += [path("stuck/", stuck), path("hungry/", hungry)]
`;
/** Its names are somebody else's to set: what is printed. */
const good = {
  "trinode:topology": "single",
  "trinode:image": "linode/debian12",
  "trinode:dns": { manage: false },
  ...app(),
};

/** `pulumi up` with these keys over the good ones. */
async function up(keys: Record<string, unknown> = {}): Promise<string> {
  return deploy(await configure({ ...plan, overrides: { ...good, ...keys } }));
}

/** What a `pulumi up` that has to fail says. */
async function complaint(keys: Record<string, unknown>): Promise<string> {
  const failure = await up(keys).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof CommandFailed)) throw new Error(`pulumi up should have failed: ${String(failure)}`);
  return failure.output;
}

describe("production on one Linode with Debian 12", () => {
  let stack: Stack;
  let production: Rehearsed;
  let started = false;
  let badDump: string;
  let said: string;

  /** Runs a command on the one machine. */
  const onServer = async (command: string) => {
    const [machine] = await new LinodeApi(stack.env).find<{ id: number; ipv4: string[] }>("/linode/instances", {});
    return onHost({ id: machine!.id, address: machine!.ipv4[0]!, directory: local.directory }, command);
  };

  beforeAll(async () => {
    await prepare(local);
    started = true;
    cpSync("examples/gamelenders/site", there("site"), { recursive: true });
    appendFileSync(there("site/gamelenders/urls.py"), badViews);
    const dump = readFileSync("examples/gamelenders/dump/gamelenders.sql", "utf8");
    writeFileSync(there("half.sql"), dump.replace(/(CREATE TABLE public\.django_session)/, "SELECT 1/0;\n$1"));
    badDump = await complaint({ "trinode:database": { ...prod["trinode:database"], dump: there("half.sql") } });
    said = badDump + (await up());
    stack = await configure({ ...plan, overrides: good });
    production = await describeStack(stack, local);
  }, 600_000);

  afterAll(async () => {
    // What could not be started may be another checkout's, on the same slot.
    if (!started) return;
    await localDown(local, "reset");
    rmSync(local.directory, { recursive: true, force: true });
  }, 600_000);

  it("serves with a certificate of its own until the records that it has printed are set, then with an authority's", async () => {
    const records = [...said.matchAll(/(\S+)\. +300 +IN +(A|AAAA) +([0-9a-f.:]+)/g)].map((found) => found.slice(1));
    const { domains, addresses } = production;
    expect(records).toEqual(expect.arrayContaining(domains.map((name) => [name, "A", addresses.web])));
    await expect(certificateOf(production)).rejects.toThrow(/self.signed/i);
    const api = new LinodeApi(stack.env);
    const [zone] = await api.find<{ id: number; domain: string }>("/domains", { domain: zoneOf(domains) });
    for (const [name = "", type, target] of records)
      await api.call("POST", `/domains/${zone!.id}/records`, {
        type,
        target,
        name: name.replace(/\.?[^.]+\.test$/, ""),
      });
    // The timer's next look is not waited for.
    await within(60, async () => {
      await onServer("systemctl start trinode-certificate.service");
      await certificateOf(production);
    });
    await serving(production);
  }, 600_000);

  it("has said which line of a dump is wrong, restored nothing of it, and restored the next one whole, be it of another owner and release", async () => {
    const line = readFileSync(there("half.sql"), "utf8").split("\n").indexOf("SELECT 1/0;") + 1;
    expect(badDump).toContain(`line ${line}: ERROR:  division by zero`);
    expect(badDump).toContain("the dump could not be restored (see above); nothing was changed");
    const answer = await visit(production, "/games/lantern-keep/");
    expect(answer.status).toBe(200);
  }, 600_000);

  it("has its database on localhost, and one machine for all roles", async () => {
    const { servers } = (await outputs(stack)) as { servers: { database: { id: string }; web: { id: string } } };
    expect(servers.database.id).toBe(servers.web.id);
    const url = await pulumi(stack, ["stack", "output", "databaseUrl", "--show-secrets"]);
    expect(url).toContain("@localhost:5432/ocrprojet13");
    expect(await onServer(". /etc/os-release; echo $VERSION_ID")).toBe("12\n");
  }, 600_000);

  it("changes nothing when nothing has changed", async () => {
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 600_000);

  it("goes on serving when the configuration is wrong, and all that is wrong with it is said at once", async () => {
    const wrong = {
      "trinode:domains": ["www gamelenders.test"],
      "trinode:plan": {},
      ...app({ health: { path: "up" } }),
    };
    const said = await complaint(wrong);
    expect(said).toContain("has 3 mistakes; nothing was changed:");
    expect(said).toContain('trinode:domains[0]: "www gamelenders.test" is not a host name. Remove the space.');
    expect(said).toContain("trinode:plan: there is no such key.");
    expect(said).toContain('trinode:app.health.path: "up" is not a path. Start it with /.');
    await serving(production);
  }, 600_000);

  it("goes on serving when a file of the site's zip leads outside", async () => {
    const make = 'import sys, zipfile; zipfile.ZipFile(sys.argv[1], "w").writestr("../evil.py", "x")';
    await run("python3", ["-c", make, there("wrong.zip")]);
    expect(await complaint(app({ source: there("wrong.zip") }))).toMatch(
      /trinode:app\.source: .*can't be unpacked: invalid relative path: .*evil\.py/,
    );
    await serving(production);
  }, 600_000);

  it("goes on serving when a release is no good, and takes the next one", async () => {
    const said = await complaint(app({ health: { path: "/health/", text: "what it never says" } }));
    expect(said).toMatch(/release \w+ is not good: .*without .*what it never says.*; release \w+ goes on serving/);
    await serving(production);
    await up();
    await serving(production);
  }, 600_000);

  it("says that mail can't be sent, and what to do, and goes on", async () => {
    const { env } = prod["trinode:app"] as { env: Record<string, string> };
    const said = await up(app({ env: { ...env, EMAIL_HOST: "192.0.2.25" } }));
    expect(said).toContain("mail: 192.0.2.25:587 does not take the site's mail: no answer within 5 s.");
    expect(said).toContain("Linode blocks outgoing 25, 465 and 587 on new accounts");
    expect(JSON.parse(await onServer("trinode mail-check 2>/dev/null"))).toMatchObject({
      mail: "fails",
      server: "192.0.2.25:587",
    });
    await serving(production);
  }, 600_000);

  it("leaves a database alone that has tables, whatever dump is named", async () => {
    writeFileSync(there("other.sql"), "CREATE TABLE public.stranger (id integer);\n");
    await up({ "trinode:database": { ...prod["trinode:database"], dump: there("other.sql") } });
    expect(
      await onServer("runuser -u postgres -- psql -XAtc \"SELECT to_regclass('stranger') IS NULL\" ocrprojet13"),
    ).toBe("t\n");
    await up();
    await serving(production);
  }, 600_000);

  it("serves on while a request is stuck, and ends it", async () => {
    const answers = await whileServing(production, () => visit(production, "/stuck/"));
    expect(answers.status).toBeGreaterThanOrEqual(502);
    expect(
      await onServer("grep -c 'stuck for more than 3 s: GET /stuck/' /var/log/gamelenders/gunicorn-error.log"),
    ).toBe("1\n");
  }, 600_000);

  it("serves on while workers take more and more memory, and replaces them", async () => {
    const statuses = await whileServing(production, async () => {
      const found: number[] = [];
      while (found.length < 12) found.push((await visit(production, "/hungry/")).status);
      return found;
    });
    expect(statuses).toContain(200);
    expect(await onServer("grep 'MB of memory and is replaced' /var/log/gamelenders/gunicorn-error.log")).toMatch(
      /\d+ MB/,
    );
  }, 600_000);

  it("has its server back when it was killed", async () => {
    await onServer("pkill -KILL gunicorn || pkill -KILL -f 'python -m gunicorn'");
    await within(20, () => serving(production));
  }, 600_000);

  it("is back by itself after a reboot", async () => {
    const api = new LinodeApi(stack.env);
    const [machine] = await api.find<{ id: number }>("/linode/instances", {});
    await api.call("POST", `/linode/instances/${machine!.id}/reboot`, {});
    await serving(production, { after: "an absence", seconds: 90 });
  }, 600_000);

  it("is made anew, when asked for by name, by one pulumi up, with the certificate that visitors know", async () => {
    const before = await certificateOf(production);
    // The one that the server's timer has fetched, which no `pulumi up` has seen yet.
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--replace", "**::web-certificate"]);
    const urn = "urn:pulumi:single::trinode::trinode:index:LinodeHost$linode:index/instance:Instance::server-instance";
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--replace", urn]);
    production = await describeStack(stack, local);
    await serving(production);
    expect((await visit(production, "/games/lantern-keep/")).status).toBe(200);
    expect(await certificateOf(production)).toBe(before);
    await pulumi(stack, ["up", "--yes", "--skip-preview", "--expect-no-changes"]);
  }, 600_000);

  it("is destroyed in one go", async () => {
    await pulumi(stack, ["destroy", "--yes", "--skip-preview"]);
    expect(await pulumi(stack, ["stack", "ls", "--json"])).toContain('"resourceCount": 0');
  }, 600_000);
});
