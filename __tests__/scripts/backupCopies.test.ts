import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "tar-stream";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

async function tar(files: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, content);
  archive.finalize();
  const parts: Buffer[] = [];
  for await (const part of archive) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

const verify = (input: Buffer) =>
  spawnSync("python3", ["-I", "scripts/python/backup_verify.py"], { input, encoding: "utf8" });

describe("a copy that is read back", () => {
  const manifest = JSON.stringify({ part: "database", bytes: 4, sha256: sha256("dump") });
  const uploads = JSON.stringify({ part: "files", files: 2, media: "/srv/site/shared/media" });

  it("is what was put there when the dump has the manifest's checksum", async () => {
    const { status, stdout } = verify(await tar({ "manifest.json": manifest, "database.dump": "dump" }));
    expect([status, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ bytes: 4, sha256: sha256("dump") })]);
  });

  it.each([
    ["another dump", { "manifest.json": manifest, "database.dump": "dumb" }, "another checksum"],
    ["no dump", { "manifest.json": manifest }, "another checksum"],
    ["no manifest", { "database.dump": "dump" }, "no manifest"],
    ["no uploads where there were some", { "manifest.json": uploads, "etc/app.env": "A=1" }, "none of the 2 uploads"],
  ])("is refused with %s", async (_, files, reason) => {
    const { status, stderr } = verify(await tar(files));
    expect([status, stderr]).toEqual([1, expect.stringContaining(reason)]);
  });

  it("is refused when it is cut off", async () => {
    const whole = await tar({ "manifest.json": manifest, "database.dump": "dump" });
    expect(verify(whole.subarray(0, 1500)).status).not.toBe(0);
  });

  it("has one checksum for all uploads, by name and content", async () => {
    const media = { "srv/site/shared/media/b.txt": "b", "srv/site/shared/media/a.txt": "a", "etc/app.env": "A=1" };
    const { stdout } = verify(await tar({ "manifest.json": uploads, ...media }));
    expect(JSON.parse(stdout)).toMatchObject({
      files: 2,
      bytes: 2,
      sha256: sha256(`${sha256("a")}  a.txt\n${sha256("b")}  b.txt\n`),
    });
  });

  it("may hold uploads whose names are no UTF-8, and brings them back", () => {
    const top = mkdtempSync(join(tmpdir(), "backups-"));
    try {
      mkdirSync(join(top, "media"));
      writeFileSync(Buffer.concat([Buffer.from(join(top, "media/")), Buffer.from([0xe9, 0x74, 0xe9])]), "a");
      writeFileSync(join(top, "manifest.json"), JSON.stringify({ part: "files", files: 1, media: "media" }));
      const { stdout } = verify(spawnSync("tar", ["--create", "--directory", top, "manifest.json", "media"]).stdout);
      expect(JSON.parse(stdout)).toMatchObject({ files: 1 });
      writeFileSync(join(top, "verified.json"), stdout);
      const back = ["-I", "scripts/python/backup_uploads.py", top, join(top, "media")];
      expect(spawnSync("python3", back, { encoding: "utf8" }).stderr).toBe("");
    } finally {
      rmSync(top, { recursive: true });
    }
  });
});

describe("the copies in repositories", () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), "backups-"))));
  afterEach(() => rmSync(directory, { recursive: true }));

  const snapshot = (id: string, time: string, ...tags: string[]) => ({ id, time, tags });
  const list = (files: Record<string, unknown>) => {
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(directory, name), typeof content === "string" ? content : JSON.stringify(content));
    const { status, stdout } = spawnSync("python3", ["-I", "scripts/python/backup_list.py", directory, "--json"], {
      encoding: "utf8",
    });
    return { status, ...(JSON.parse(stdout) as { copies: unknown[]; unseen: Record<string, string> }) };
  };
  const copy = ["id:20260131T021500Z", "kind:backup", "bytes:10", "rows:3", "tables:2"];

  it("count as verified by the proof that lies beside them", () => {
    const { status, copies } = list({
      "database.local.json": [
        snapshot("a", "2026-01-31T02:15:01.123456789Z", ...copy),
        snapshot("b", "2026-01-31T02:15:09.123456789Z", "id:20260131T021500Z", "kind:verified", "of:a"),
      ],
      "database.offsite.json": [snapshot("c", "2026-01-31T02:15:11Z", ...copy)],
    });
    expect(status).toBe(0);
    expect(copies).toEqual([
      {
        ...{ id: "20260131T021500Z", part: "database", bytes: 10, rows: 3, tables: 2 },
        places: {
          local: { snapshot: "a", verifiedAt: "2026-01-31T02:15:09Z" },
          offsite: { snapshot: "c", verifiedAt: null },
        },
      },
    ]);
  });

  it("have a newest one among those that were read back, for a drill", () => {
    const newest = (snapshots: unknown[]) =>
      spawnSync("python3", ["-I", "scripts/python/backup_list.py", "newest"], {
        input: JSON.stringify(snapshots),
        encoding: "utf8",
      });
    const made = [
      snapshot("a", "2026-01-30T02:15:01Z", "id:20260130T021500Z", "kind:backup"),
      snapshot("b", "2026-01-30T02:15:09Z", "id:20260130T021500Z", "kind:verified", "of:a"),
      snapshot("c", "2026-01-31T02:15:01Z", ...copy),
    ];
    expect(newest(made).stdout).toBe("20260130T021500Z a b\n");
    expect(newest([made[2]]).status).toBe(1);
  });

  it("are shown where one place does not answer, which is said", () => {
    const { status, copies, unseen } = list({
      "database.local.json": [snapshot("a", "2026-01-31T02:15:01Z", ...copy)],
      "database.offsite.json": "",
      "database.offsite.failed": "Fatal: unable to open\ndial tcp: no route to host\n",
    });
    expect([status, copies.length, unseen]).toEqual([1, 1, { offsite: "dial tcp: no route to host" }]);
  });
});
