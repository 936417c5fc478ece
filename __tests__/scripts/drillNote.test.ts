import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const note = (...args: string[]) =>
  spawnSync("python3", ["-I", "scripts/python/drill_note.py", ...args], { encoding: "utf8" });

let scratch: string;
let drills: string;
const write = (name: string, content: unknown) =>
  writeFileSync(join(scratch, name), typeof content === "string" ? content : JSON.stringify(content));
beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), "trinode-drill-"));
  drills = join(scratch, "drills");
  mkdirSync(drills);
  write("began", "2026-01-31T04:30:00Z\n");
});
afterEach(() => rmSync(scratch, { recursive: true }));

const site = { django: "5.2", check: "passed", migrated: ["shop.0002_more"] };
const uploads = { files: 7, bytes: 10, sha256: "f" };

function triedWell(): void {
  write("place", "offsite\n");
  write("manifest.json", { id: "20260131T021500Z", bytes: 9, sha256: "d", facts: { rows: { a: 2, b: 3 } } });
  write("milliseconds", "fetch 1500\nrestore 2500\n");
  write("site.json", { site, uploads });
}

describe("what a drill came to", () => {
  it("is kept, with what was restored, how long it took, and what the site said", () => {
    triedWell();
    expect(note(scratch, "0", drills).stdout).toContain("came back in 4 s");
    expect(JSON.parse(readFileSync(join(drills, "2026-01-31T043000Z.json"), "utf8"))).toEqual({
      ...{ outcome: "well", why: null, began: "2026-01-31T04:30:00Z", backup: "20260131T021500Z", place: "offsite" },
      ...{ bytes: 9, sha256: "d", rows: 5, tables: 2, seconds: { fetch: 1.5, restore: 2.5 }, site, uploads },
    });
    expect(note("last", drills).stdout).toMatch(/^well backup 20260131T021500Z \(off the server\)/);
  });

  it("is kept when it failed before there was anything, with the reason", () => {
    write("reason", "there is no copy that was read back\n");
    note(scratch, "1", drills);
    expect(note("last", drills).stdout).toBe(
      "failed no backup could be brought back, at 2026-01-31T04:30:00Z: there is no copy that was read back\n",
    );
  });

  it("is forgotten after a hundred others", () => {
    triedWell();
    for (let day = 0; day < 103; day++) {
      write("began", new Date(Date.UTC(2026, 0, 1 + day)).toISOString().replace(".000", ""));
      expect(note(scratch, "0", drills).status).toBe(0);
    }
    expect(readdirSync(drills)).toHaveLength(100);
    expect(readdirSync(drills)).not.toContain("2026-01-03T000000Z.json");
  });

  it("is nothing where there was none", () => {
    expect(note("last", drills).status).toBe(1);
  });
});

describe("what the application server answers a drill", () => {
  const answer = () => {
    const { stdout } = note("answer", scratch);
    write("answer.json", stdout);
    return {
      good: note("judge", join(scratch, "answer.json")).status === 0,
      why: note("why", join(scratch, "answer.json")).stdout.trim(),
    };
  };

  it("is good when the site's checks passed and uploads were read", () => {
    write("site.json", site);
    write("uploads.json", uploads);
    expect(answer()).toEqual({ good: true, why: "" });
  });

  it.each([
    [
      "the site fails",
      { "site.errors": "Traceback\ndjango.db.utils.ProgrammingError: no such table\n\n" },
      "no such table",
    ],
    [
      "uploads are not there",
      { "site.json": site, "uploads.reason": "there is no copy of the uploads" },
      "no copy of the uploads",
    ],
  ])("is not when %s", (_, files, why) => {
    for (const [name, content] of Object.entries(files)) write(name, content);
    expect(answer()).toEqual({ good: false, why: expect.stringContaining(why) as string });
  });
});
