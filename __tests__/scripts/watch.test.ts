import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const NOW = "2026-01-31T08:00:00Z";

let scratch: string;
let hook: Server;
let heard: Record<string, string>[];
let answers: number;

beforeEach(async () => {
  scratch = mkdtempSync(join(tmpdir(), "trinode-watch-"));
  for (const name of ["seen", "state"]) mkdirSync(join(scratch, name));
  [heard, answers] = [[], 204];
  hook = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => (body += part.toString()));
    request.on("end", () => {
      if (answers === 204) heard.push(JSON.parse(body) as Record<string, string>);
      response.writeHead(answers).end();
    });
  }).listen(0, "127.0.0.1");
  await once(hook, "listening");
});
afterEach(() => {
  hook.close();
  rmSync(scratch, { recursive: true });
});

/** A server tells that all is well. */
const beat = (more: object = {}) => ({
  ...{ part: "database", at: "2026-01-31T07:30:00Z", due: "2026-02-01T02:15:00Z", unwell: [] },
  ...{ sizes: [1000, 1100], host: "database" },
  newest: {
    id: "20260131T021500Z",
    verifiedAt: "2026-01-31T02:16:00Z",
    bytes: 1200,
    objects: ["snapshots/a", "snapshots/b"],
  },
  ...more,
});

function see(files: Record<string, unknown>): void {
  rmSync(join(scratch, "seen"), { recursive: true });
  mkdirSync(join(scratch, "seen"));
  for (const [name, content] of Object.entries({
    "database.json": beat(),
    "files.json": beat({ part: "files" }),
    ...files,
  }))
    if (content !== undefined)
      writeFileSync(join(scratch, "seen", name), typeof content === "string" ? content : JSON.stringify(content));
}

async function watch(at = NOW, settings: object = {}) {
  const { port } = hook.address() as AddressInfo;
  const own = {
    site: "gamelenders",
    stack: "prod",
    name: "gamelenders-prod",
    domain: "www.gamelenders.com",
    copies: true,
  };
  const file = join(scratch, "watch.json");
  writeFileSync(file, JSON.stringify({ ...own, webhook: `http://127.0.0.1:${port}/secret-path`, ...settings }));
  // Not spawnSync: the webhook is answered by this very process.
  const child = spawn("python3", [
    "-I",
    "scripts/python/watch_tell.py",
    join(scratch, "seen"),
    at,
    file,
    join(scratch, "state"),
  ]);
  let said = "";
  child.stderr.on("data", (part: Buffer) => (said += part.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, said };
}

const told = () => heard.splice(0).map(({ state, kind, where }) => `${state} ${kind} ${where}`);

describe("whoever watches", () => {
  it("says nothing while all is well", async () => {
    see({});
    expect((await watch()).code).toBe(0);
    expect(told()).toEqual([]);
  });

  it.each([
    [
      "no copy came when one was due",
      { "database.json": beat({ due: "2026-01-31T02:15:00Z" }) },
      "old",
      "database server",
    ],
    [
      "there was never one",
      { "files.json": beat({ newest: null, due: "2026-01-30T02:15:00Z" }) },
      "old",
      "application server",
    ],
    [
      "a copy is half as large as those before",
      { "database.json": beat({ sizes: [900, 2500, 800] }) },
      "small",
      "database server",
    ],
    ["a copy is gone from the bucket", { "database.missing": "snapshots/a\n" }, "missing", "database server"],
    [
      "a server is not heard of",
      { "files.json": beat({ at: "2026-01-31T04:00:00Z" }) },
      "silent",
      "application server",
    ],
    [
      "a server has told nothing",
      { "files.json": undefined, "files.why": "curl: (22) 404\n" },
      "silent",
      "application server",
    ],
    [
      "a drill failed",
      { "database.json": beat({ unwell: [{ name: "drill", text: "rows" }] }) },
      "drill",
      "database server",
    ],
    [
      "a backup failed",
      { "database.json": beat({ unwell: [{ name: "backup", text: "no room" }] }) },
      "backup",
      "database server",
    ],
    [
      "a timer is off",
      { "database.json": beat({ unwell: [{ name: "backups", text: "off" }] }) },
      "timer",
      "database server",
    ],
    [
      "a server's disk is filling",
      { "files.json": beat({ unwell: [{ name: "disk", text: "95%" }] }) },
      "disk",
      "application server",
    ],
    ["its own disk is filling", { status: "unwell\thost\tdisk\t95% used\tMake room\n" }, "disk", "web server"],
    ["the certificate runs out", { status: "unwell\tweb\tcertificate\t2 days left\t\n" }, "certificate", "web server"],
  ] as [string, Record<string, unknown>, string, string][])(
    "tells when %s: once, and again when it is well",
    async (_, files, kind, where) => {
      see(files);
      await watch();
      await watch("2026-01-31T08:05:00Z");
      expect(told()).toEqual([`unwell ${kind} ${where}`]);
      see({});
      await watch("2026-01-31T08:10:00Z");
      await watch("2026-01-31T08:15:00Z");
      expect(told()).toEqual([`well ${kind} ${where}`]);
    },
  );

  it("leaves alone what is not for waking anybody, and a first copy that is not due yet", async () => {
    see({
      status: "unwell\tweb\tmaintenance\ton\t\nwell\thost\tdisk\t5%\t\n",
      "files.json": beat({ newest: null, sizes: [] }),
    });
    await watch();
    expect(told()).toEqual([]);
  });

  it("keeps what can't be sent, says so, and sends it when it can; the webhook's address is in no message", async () => {
    see({ "database.json": beat({ unwell: [{ name: "drill", text: "rows" }] }) });
    answers = 500;
    const failed = await watch();
    expect(failed).toEqual({ code: 1, said: expect.stringContaining("it answers 500") as string });
    expect(failed.said).not.toContain("secret-path");
    const say = () =>
      spawnSync(
        "python3",
        ["-I", "scripts/python/watch_say.py", join(scratch, "watch.json"), join(scratch, "state/state.json")],
        {
          encoding: "utf8",
        },
      ).stdout;
    expect(say()).toMatch(/^unsent\t1 can't be sent by webhook, since 2026-01-31T08:00:00Z: it answers 500$/m);
    see({});
    await watch("2026-01-31T08:05:00Z");
    answers = 204;
    expect((await watch("2026-01-31T08:10:00Z")).code).toBe(0);
    expect(told()).toEqual(["unwell drill database server", "well drill database server"]);
    expect(say()).not.toMatch(/^unsent/m);
  });

  it("tells by one channel what the other does not take", async () => {
    see({ "database.json": beat({ unwell: [{ name: "drill", text: "rows" }] }) });
    const email = { to: ["ops@example.org"], from: "trinode@example.org", server: "127.0.0.1:1", security: "none" };
    const { code, said } = await watch(NOW, { email });
    expect([code, said]).toEqual([1, expect.stringContaining("(email)")]);
    expect(told()).toEqual(["unwell drill database server"]);
  });

  it("needs no channel, and no bucket", async () => {
    rmSync(join(scratch, "seen/database.json"), { force: true });
    expect((await watch(NOW, { webhook: undefined, copies: false })).code).toBe(0);
    expect(existsSync(join(scratch, "state/state.json"))).toBe(true);
  });
});

describe("an alert by mail", () => {
  const mailed = (alert: object) => {
    const settings = {
      name: "gamelenders-prod",
      domain: "www.gamelenders.com",
      email: { from: "t@example.org", to: ["a@example.org", "b@example.org"] },
    };
    const code =
      "import json, sys; sys.path.insert(0, 'scripts/python'); import watch_send; m = watch_send.message(*json.load(sys.stdin)); print(m['To'], m['Subject'], m.get_content(), sep='\\n')";
    return spawnSync("python3", ["-c", code], { input: JSON.stringify([settings, alert]), encoding: "utf8" }).stdout;
  };

  it("says what is not well and what to do, in English and in French", () => {
    const mail = mailed({ state: "unwell", kind: "drill", where: "database server", since: NOW, text: "rows" });
    expect(mail).toContain("a@example.org, b@example.org\n[gamelenders-prod] NOT WELL / ALERTE: ");
    for (const part of [
      "a backup could not be brought back in a drill",
      "l'essai de restauration a échoué (serveur de base de données)",
      "What to do: ./site drill",
      "À faire : ./site drill",
      "Details / Détails: rows",
    ])
      expect(mail).toContain(part);
  });

  it("says when it is well again", () => {
    const mail = mailed({ state: "well", kind: "disk", where: "web server", since: NOW, until: NOW, text: "95%" });
    expect(mail).toContain("well again / rétabli");
    expect(mail).not.toContain("What to do");
  });

  it("has words for every problem that there is", () => {
    const kinds = [...readFileSync("scripts/python/watch_problems.py", "utf8").matchAll(/yield "\w+", "(\w+)"/g)].map(
      ([, kind]) => kind!,
    );
    const words = readFileSync("scripts/python/watch_send.py", "utf8");
    for (const kind of [...kinds, "timer", "backup", "drill", "disk", "certificate"])
      expect(words).toContain(`"${kind}": (`);
  });
});

describe("what a server tells", () => {
  it("is its newest copy that was read back, the sizes before, and what is not well on it", () => {
    const tags = (id: string, bytes: number) => [`id:${id}`, "kind:backup", `bytes:${bytes}`];
    const snapshots = [
      { id: "a", time: "2026-01-30T02:15:01Z", tags: tags("20260130T021500Z", 10) },
      { id: "b", time: "2026-01-30T02:15:09.5Z", tags: ["id:20260130T021500Z", "kind:verified", "of:a"] },
      { id: "c", time: "2026-01-31T02:15:01Z", tags: tags("20260131T021500Z", 12) },
      { id: "d", time: "2026-01-31T02:15:09.5Z", tags: ["id:20260131T021500Z", "kind:verified", "of:c"] },
      { id: "e", time: "2026-02-01T02:15:01Z", tags: tags("20260201T021500Z", 1) },
    ];
    const write = (name: string, content: string) => writeFileSync(join(scratch, name), content);
    write("database.json", JSON.stringify(snapshots));
    write("database.due", "2026-02-01T02:15:00Z\n");
    write("status", "well\thost\tdisk\t5%\t\nunwell\thost\tbackup\tit failed\tsee\n");
    const note = (...args: string[]) =>
      spawnSync("python3", ["-I", "scripts/python/beat_note.py", ...args], { encoding: "utf8" }).stdout;
    expect(note("newest", join(scratch, "database.json"))).toBe("2026-01-31 02:15:01 UTC\n");
    expect(JSON.parse(note("make", scratch, "database"))).toMatchObject({
      ...{
        part: "database",
        due: "2026-02-01T02:15:00Z",
        sizes: [10],
        unwell: [{ name: "backup", text: "it failed" }],
      },
      newest: {
        id: "20260131T021500Z",
        verifiedAt: "2026-01-31T02:15:09Z",
        bytes: 12,
        objects: ["snapshots/c", "snapshots/d"],
      },
    });
  });
});
