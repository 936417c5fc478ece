import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const python = (name: string, args: string[], input = "") =>
  spawnSync("python3", ["-I", `scripts/python/${name}`, ...args], { input, encoding: "utf8" });
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

let scratch: string;
const write = (name: string, content: unknown) => {
  writeFileSync(join(scratch, name), typeof content === "string" ? content : JSON.stringify(content));
  return join(scratch, name);
};
beforeEach(() => (scratch = mkdtempSync(join(tmpdir(), "trinode-restore-"))));
afterEach(() => rmSync(scratch, { recursive: true }));

describe("a restored database", () => {
  const facts = {
    ...{ server: "17.12 (Debian)", rows: { "public.a": 3, "public.b": 0 }, constraints: "c", indexes: "i" },
    migrations: [["shop", "0001_initial"]],
  };
  const check = (now: Partial<typeof facts>) =>
    python("backup_check.py", ["facts", write("manifest.json", { facts })], JSON.stringify({ ...facts, ...now }));

  it("is taken when it is what was dumped", () => {
    expect(check({}).status).toBe(0);
  });

  it.each([
    ["a row is missing", { rows: { "public.a": 2, "public.b": 0 } }, "public.a: 2 in place of 3 rows"],
    ["a table is missing", { rows: { "public.a": 3 } }, "public.b: no table in place of 0 rows"],
    ["a constraint is another", { constraints: "d" }, "its constraints are others"],
    ["an index is another", { indexes: "j" }, "its indexes are others"],
    ["a migration is missing", { migrations: [] }, "other migrations"],
  ] as [string, Partial<typeof facts>, string][])("is refused when %s", (_, now, reason) => {
    const { status, stderr } = check(now);
    expect([status, stderr]).toEqual([1, expect.stringContaining(reason)]);
  });

  it("of another major version may word its constraints differently, and must have the same rows", () => {
    expect(check({ server: "18.1", constraints: "d" }).status).toBe(0);
    expect(check({ server: "18.1", rows: {} as typeof facts.rows }).status).toBe(1);
  });

  it("from a dump of one's own has tables and notes its migrations", () => {
    const given = (now: object) =>
      python("backup_check.py", ["given", write("manifest.json", { facts: { ...facts, ...now } })]);
    expect(given({}).status).toBe(0);
    expect(given({ rows: {} }).stderr).toContain("holds no table");
    for (const migrations of [null, []]) expect(given({ migrations }).stderr).toContain("notes no migrations");
  });

  it("comes from the dump that the manifest tells of", () => {
    const manifest = write("manifest.json", { sha256: sha256("dump"), bytes: 2_000_000 });
    expect(python("backup_check.py", ["dump", manifest, write("a", "dump")]).status).toBe(0);
    expect(python("backup_check.py", ["dump", manifest, write("b", "dumb")]).status).toBe(1);
    expect(python("backup_check.py", ["megabytes", manifest]).stdout).toBe("2\n");
  });
});

describe("a copy of another server's", () => {
  const manifest = {
    part: "database",
    id: "20260131T021500Z",
    facts: { extensions: { plpgsql: "1.0", citext: "1.6" } },
  };

  it("is the part of the backup that was asked for, or is refused", () => {
    const copy = (...words: string[]) =>
      python("backup_check.py", ["copy", write("manifest.json", manifest), ...words]);
    expect(copy("database", "20260131T021500Z").status).toBe(0);
    expect(copy("files", "20260131T021500Z").stderr).toContain("of the database of backup 20260131T021500Z");
    expect(copy("database", "20260201T021500Z").status).toBe(1);
  });

  it("tells which extensions it needs, but for the one that every database has", () => {
    expect(python("backup_check.py", ["extensions", write("manifest.json", manifest)]).stdout).toBe("citext\n");
  });
});

describe("restored uploads", () => {
  const list = `${sha256("a")}  a.txt\n${sha256("b")}  sub/b.txt\n`;
  const check = () => python("backup_uploads.py", [scratch, join(scratch, "media")]).status;
  beforeEach(() => {
    mkdirSync(join(scratch, "media/sub"), { recursive: true });
    write("media/a.txt", "a");
    write("media/sub/b.txt", "b");
    write("manifest.json", { files: 2 });
  });

  it("are those that were read back after the backup, or are refused", () => {
    write("verified.json", { files: 2, sha256: sha256(list) });
    expect(check()).toBe(0);
    write("media/a.txt", "changed");
    expect(check()).toBe(1);
  });

  it("of a copy that was never read back are there at all", () => {
    expect(check()).toBe(0);
    rmSync(join(scratch, "media"), { recursive: true });
    mkdirSync(join(scratch, "media"));
    expect(check()).toBe(1);
  });

  it("change places with those in use", () => {
    mkdirSync(join(scratch, "other"));
    write("other/new.txt", "new");
    expect(python("exchange.py", [join(scratch, "other"), join(scratch, "media")]).status).toBe(0);
    expect(readFileSync(join(scratch, "media/new.txt"), "utf8")).toBe("new");
    expect(readFileSync(join(scratch, "other/a.txt"), "utf8")).toBe("a");
    expect(python("exchange.py", [join(scratch, "nowhere"), join(scratch, "media")]).status).toBe(1);
  });
});

it("tells which migrations the release does not know, and which the backup does not have", () => {
  const given = {
    backup: [
      ["shop", "0001"],
      ["shop", "0003"],
      ["gone", "0001"],
    ],
    known: [
      ["shop", "0001"],
      ["shop", "0002"],
    ],
    applied: [
      ["shop", "0001"],
      ["shop", "0002"],
    ],
  };
  const { stdout } = python("backup_migrations.py", ["0123456789ab"], JSON.stringify(given));
  expect(JSON.parse(stdout)).toEqual({ release: "0123456789ab", ahead: ["shop.0003"], behind: ["shop.0002"] });
});
