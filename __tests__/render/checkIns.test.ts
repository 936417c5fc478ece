import { backupFiles, type BackupSettings } from "../../render/backupFiles";
import { checkInFile, toCrontab } from "../../render/checkIns";

const sentry = { dsn: "https://public@o1.ingest.sentry.io/42", environment: "prod" };
const schedules = { site: "shop", schedule: "*-*-* 02:15", drill: "Sun *-*-* 04:30" };

describe("Sentry's monitors of backups and drills", () => {
  it.each([
    ["*-*-* 02:15", "15 2 * * *"],
    ["02:05:00", "5 2 * * *"],
    ["Sun *-*-* 04:30", "30 4 * * 0"],
    ["Mon,Thursday *-*-* 23:00 UTC", "0 23 * * 1,4"],
    ["daily", "0 0 * * *"],
    ["weekly", "0 0 * * 1"],
  ])("expect %s as %s", (calendar, crontab) => expect(toCrontab(calendar)).toBe(crontab));

  it.each(["Mon..Fri 02:00", "*:0/15", "*-*-01 02:00", "02:15 Europe/Paris", "02:15:30"])(
    "are made by hand for %s, which this does not put into cron's words",
    (calendar) => expect(toCrontab(calendar)).toBeUndefined(),
  );

  it("are told at the project's address, by a file for root alone", () => {
    const { mode, content } = checkInFile(sentry, { ...schedules, drill: "*-*-01 02:00" });
    expect(mode).toBe(0o600);
    expect(content.toString().split("\n")).toEqual([
      "CRONS='https://o1.ingest.sentry.io/api/42/cron'",
      "PUBLIC_KEY='public'",
      "SLUG='shop'",
      "ENVIRONMENT='prod'",
      `MONITOR_BACKUP='{"schedule":{"type":"crontab","value":"15 2 * * *"},"checkin_margin":30,"max_runtime":480,"timezone":"UTC"}'`,
      "MONITOR_DRILL=''",
      "",
    ]);
    const own = checkInFile({ ...sentry, dsn: "http://key:old@sentry.test:9000/behind/7" }, schedules).content;
    expect(own).toContain("CRONS='http://sentry.test:9000/behind/api/7/cron'\nPUBLIC_KEY='key'\n");
  });

  it("are one for each timer of each server, and none without a DSN", () => {
    const settings: BackupSettings = {
      ...{ ...schedules, database: "shop", media: "/srv/shop/shared/media", memoryMb: 1024 },
      ...{ parts: ["database", "files"], keep: { all: "7d", daily: "3m", weekly: "1y" } },
    };
    const all = backupFiles({ ...settings, checkIns: sentry });
    const named = all.flatMap(({ content }) => /check-in\.sh (\S+) begun/.exec(content.toString())?.[1] ?? []);
    expect(named).toEqual(["backup-database-files", "drill-database", "drill-files"]);
    const path = "/etc/trinode/check-in.env";
    expect([all, backupFiles(settings)].map((files) => files.some((one) => one.path === path))).toEqual([true, false]);
  });
});
