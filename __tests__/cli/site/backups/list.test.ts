import { backupsTable } from "../../../../cli/site/backups/command";
import { backupId, isBackupId, momentOf } from "../../../../cli/site/backups/ids";
import { type Copy, type Drill, together } from "../../../../cli/site/backups/list";

const verified = { snapshot: "a1", verifiedAt: "2026-01-31T02:15:09Z" };
const unproven = { snapshot: "a2", verifiedAt: null };

const database = (id: string, places: Copy["places"]): Copy => ({
  ...{ id, part: "database", bytes: 80_556, rows: 82, tables: 12, places },
});
const files = (id: string, places: Copy["places"]): Copy => ({
  id,
  part: "files",
  bytes: 12_345_678,
  files: 7,
  places,
});

describe("backups", () => {
  it("are called after the moment they began, in UTC", () => {
    const id = backupId(new Date("2026-01-31T03:15:09.123+01:00"));
    expect(id).toBe("20260131T021509Z");
    expect(isBackupId(id)).toBe(true);
    expect(momentOf(id)).toBe("2026-01-31T02:15:09Z");
  });

  it("are never taken for a timer's, whose second is 00, when they begin in that second", () => {
    expect(backupId(new Date("2026-01-31T02:15:00.999Z"))).toBe("20260131T021501Z");
  });

  it("are listed the newest first, whichever server has what of them", () => {
    const found = together([
      database("20260130T021500Z", { local: verified }),
      files("20260131T021500Z", { local: verified }),
      database("20260131T021500Z", { local: verified }),
    ]);
    expect(found.map(({ id, parts }) => [id, Object.keys(parts).sort()])).toEqual([
      ["20260131T021500Z", ["database", "files"]],
      ["20260130T021500Z", ["database"]],
    ]);
  });

  it("count as verified in a place when all parts were read back from there", () => {
    const line = (...copies: Copy[]) => backupsTable(together(copies)).split("\n")[1]?.split(/ {2,}/).slice(2);
    const id = "20260131T021500Z";
    expect(line(database(id, { local: verified, offsite: verified }), files(id, { local: unproven }))).toEqual([
      "81 kB, 82 rows",
      "12 MB, 7 files",
      "NOT VERIFIED",
      "IN PART",
      "none",
    ]);
    expect(line(database(id, { local: verified }), files(id, { local: verified }))?.slice(2)).toEqual([
      "verified",
      "none",
      "none",
    ]);
  });

  it("tell of their last drill", () => {
    const id = "20260131T021500Z";
    const drill = { outcome: "well", began: "2026-02-01T04:30:00Z", backup: id } as Drill;
    const [backup] = together([database(id, { local: verified })], [drill, { ...drill, outcome: "failed" }]);
    expect(backup?.drill).toBe(drill);
    expect(backupsTable([backup!])).toMatch(/well, 2026-02-01T04:30:00Z$/m);
  });

  it("say how to make the first one", () => {
    expect(backupsTable([])).toContain("./site backup");
  });
});
