import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import * as fc from "fast-check";

interface Copy {
  id: string;
  time: string;
  verified: boolean;
}

const day = 86_400_000;
const keep = { all: "7d", daily: "3m", weekly: "1y" };

let python: ChildProcess;
let answers: Interface;
const waiting: ((line: string) => void)[] = [];
beforeAll(() => {
  python = spawn("python3", ["-I", "scripts/python/backup_keep.py"], { stdio: ["pipe", "pipe", "inherit"] });
  answers = createInterface({ input: python.stdout! });
  answers.on("line", (line) => waiting.shift()?.(line));
});
afterAll(() => python.stdin!.end());

/** What the script would forget. */
function forgets(copies: Copy[], now: Date, periods = keep): Promise<string[]> {
  return new Promise((resolve) => {
    waiting.push((line) => resolve(JSON.parse(line) as string[]));
    python.stdin!.write(`${JSON.stringify({ now: now.toISOString(), keep: periods, copies })}\n`);
  });
}

/** The dossier's three sentences, by JavaScript's own calendar: from when on all, one a day, one a week are kept. */
function zones(now: Date): [all: number, daily: number, weekly: number] {
  const back = (from: Date, months: number) => {
    const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1));
    const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
    return new Date(first.getTime() + (Math.min(from.getUTCDate(), last) - 1) * day + (from.getTime() % day));
  };
  const all = new Date(now.getTime() - 7 * day);
  const daily = back(all, 3);
  return [all.getTime(), daily.getTime(), back(daily, 12).getTime()];
}

const dayOf = (at: number) => Math.floor(at / day);
/** Weeks from Monday to Sunday; 1 January 1970 was a Thursday. */
const weekOf = (at: number) => Math.floor((dayOf(at) + 3) / 7);

const start = Date.UTC(2023, 0, 1);
const history = fc
  .uniqueArray(fc.record({ minute: fc.integer({ min: 0, max: 1000 * 1440 }), verified: fc.boolean() }), {
    selector: ({ minute }) => minute,
    maxLength: 120,
  })
  .map((list) =>
    list.map(({ minute, verified }, i): Copy => ({
      id: String(i),
      time: new Date(start + minute * 60_000).toISOString(),
      verified,
    })),
  );
const now = fc.integer({ min: 0, max: 1000 * 1440 }).map((minute) => new Date(start + minute * 60_000));
/** As after a run that went well: the last one is verified. */
const wellHistory = fc
  .tuple(history, now)
  .map(([copies, at]): [Copy[], Date] => [
    [...copies.filter(({ time }) => new Date(time) < at), { id: "last", time: at.toISOString(), verified: true }],
    at,
  ]);

describe("what is kept of backups", () => {
  it("is everything for a week, then one a day for three months, then one a week for a year, and nothing beyond", async () => {
    await fc.assert(
      fc.asyncProperty(wellHistory, async ([copies, at]) => {
        const gone = new Set(await forgets(copies, at));
        const [all, daily, weekly] = zones(at);
        const list = copies.map(({ id, time, verified }) => ({ at: Date.parse(time), kept: !gone.has(id), verified }));
        for (const each of list) {
          if (each.at >= all) expect(each.kept).toBe(true);
          if (each.at < weekly) expect(each.kept).toBe(false);
        }
        const buckets = (from: number, to: number, bucketOf: (at: number) => number) => {
          for (const bucket of new Set(list.filter((x) => x.at >= from && x.at < to).map((x) => bucketOf(x.at)))) {
            const every = list.filter((x) => bucketOf(x.at) === bucket);
            const inside = every.filter((x) => x.at >= from && x.at < to);
            expect(inside.filter((x) => x.kept).length).toBeLessThanOrEqual(1);
            // The one that stands for them has left this zone already; a later one that was not read back does not take its place.
            const last = Math.max(...every.filter((x) => x.verified).map((x) => x.at));
            if (Number.isFinite(last) && last < from) continue;
            expect(every.some((x) => x.kept)).toBe(true);
            // One that was read back is never given up for one that was not.
            if (every.some((x) => x.verified)) expect(every.some((x) => x.kept && x.verified)).toBe(true);
          }
        };
        buckets(daily, all, dayOf);
        buckets(weekly, daily, weekOf);
      }),
      { numRuns: 400 },
    );
  });

  it("always has the newest verified one, whatever the periods; and what is of the future", async () => {
    const period = fc
      .tuple(fc.integer({ min: 1, max: 20 }), fc.constantFrom("d", "w", "m", "y"))
      .map(([n, u]) => `${n}${u}`);
    const periods = fc.record({ all: period, daily: period, weekly: period });
    await fc.assert(
      fc.asyncProperty(history, now, periods, async (copies, at, any) => {
        const gone = new Set(await forgets(copies, at, any));
        const newest = copies
          .filter(({ time, verified }) => verified && new Date(time) <= at)
          .sort((a, b) => (a.time < b.time ? 1 : -1))[0];
        if (newest) expect(gone.has(newest.id)).toBe(false);
        for (const { id, time } of copies) if (new Date(time) > at) expect(gone.has(id)).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it("is everything while newer ones fail, or none has come for a week", async () => {
    await fc.assert(
      fc.asyncProperty(wellHistory, async ([copies, at]) => {
        const failed = { id: "failed", time: new Date(at.getTime() + 60_000).toISOString(), verified: false };
        expect(await forgets([...copies, failed], new Date(at.getTime() + 120_000))).toEqual([]);
        expect(await forgets(copies, new Date(at.getTime() + 7 * day + 1))).toEqual([]);
      }),
    );
  });

  it("stays what it is when it is asked again", async () => {
    await fc.assert(
      fc.asyncProperty(wellHistory, async ([copies, at]) => {
        const gone = new Set(await forgets(copies, at));
        expect(
          await forgets(
            copies.filter(({ id }) => !gone.has(id)),
            at,
          ),
        ).toEqual([]);
      }),
    );
  });

  it("after two years of a copy every six hours, pruned every night, is a week of all, three months of days, a year of weeks", async () => {
    let copies: Copy[] = [];
    let at = Date.UTC(2023, 9, 1, 2, 15);
    for (let night = 0; night < 760; night++, at += day) {
      for (let part = 3; part >= 0; part--) {
        const time = new Date(at - part * 6 * 3_600_000).toISOString();
        copies.push({ id: time, time, verified: true });
      }
      const gone = new Set(await forgets(copies, new Date(at)));
      copies = copies.filter(({ id }) => !gone.has(id));
    }
    const [all, daily, weekly] = zones(new Date(at - day));
    const count = (from: number, to: number) =>
      copies.filter(({ time }) => Date.parse(time) >= from && Date.parse(time) < to).length;
    expect(count(all, Infinity)).toBe(29);
    expect([91, 92, 93]).toContain(count(daily, all));
    expect([52, 53]).toContain(count(weekly, daily));
    expect(count(0, weekly)).toBe(0);
  }, 60_000);

  it("is told by snapshots: a copy goes with its proof, and a proof without a copy goes", () => {
    const snapshots = [
      { id: "a", time: "2020-01-01T02:15:00.123456789Z", tags: ["id:1", "kind:backup"] },
      { id: "b", time: "2020-01-01T02:15:09Z", tags: ["id:1", "kind:verified", "of:a"] },
      { id: "c", time: "2026-01-30T03:15:00.5+01:00", tags: ["id:2", "kind:backup"] },
      { id: "d", time: "2026-01-30T03:15:09+01:00", tags: ["id:2", "kind:verified", "of:c"] },
      { id: "e", time: "2026-01-30T03:15:09+01:00", tags: ["id:3", "kind:verified", "of:gone"] },
      { id: "f", time: "2019-01-01T00:00:00Z", tags: null },
    ];
    const { stdout } = spawnSync(
      "python3",
      ["-I", "scripts/python/backup_keep.py", "snapshots", "2026-01-31T02:15:00Z", "7d", "3m", "1y"],
      { input: JSON.stringify(snapshots), encoding: "utf8" },
    );
    expect(stdout.trim().split("\n").sort()).toEqual(["a", "b", "e"]);
  });
});
