import { execFileSync } from "node:child_process";
import { calendarMistake } from "../../render/calendar";

const right = [
  "daily",
  "Weekly UTC",
  "semiannually",
  "daily Europe/Paris",
  "03:30",
  "*-*-* 03:30",
  "*:0/15",
  "0/2:00",
  "*-*-* *:*:0/10",
  "Mon *-*-* 08:00",
  "Mon..Fri 8:00",
  "mon,wed 8:00:30",
  "Tue,Thu..Sat *-*-* 10:00 Europe/Paris",
  "Sat *-*-1..7 18:00:00",
  "*-*~1 3:00",
  "*-01-01",
  "2026-12-24 10:00",
  "*-*-* *:0,15,30",
];
const wrong = [
  "",
  "every day",
  "25:00",
  "8:60",
  "*-13-01",
  "*-*-32",
  "*:*/15",
  "*-*-7..1 4:00",
  "*:0/0",
  "*",
  "8:00 Foo/Bar",
];

describe("a calendar expression", () => {
  it.each(right)("is taken: %j", (text) => expect(calendarMistake(text)).toBeUndefined());

  it.each(wrong)("is refused with what to write: %j", (text) =>
    expect(calendarMistake(text)).toMatch(/^is no time that systemd understands\. Write it like "daily", /),
  );

  it.each([
    ["0 3 * * *", "*-*-* 3:0:00"],
    ["*/5 * * * *", "*-*-* *:0/5:00"],
    ["30 4 1-7 */2 1-5", "Mon..Fri *-1/2-1..7 4:30:00"],
    ["@daily", "daily"],
  ])("of cron's is refused with the same in systemd's words: %j", (text, meant) => {
    expect(calendarMistake(text)).toBe(`is cron's way to write it. Write it as systemd does: "${meant}", e.g.`);
    expect(calendarMistake(meant)).toBeUndefined();
  });

  const systemd = (text: string): boolean => {
    try {
      execFileSync("systemd-analyze", ["calendar", text], { stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  };

  it("is judged as systemd does", () => {
    // Where there is no systemd, the lists above stand for it; they were compared with it.
    const judge = systemd("daily") ? systemd : (text: string) => right.includes(text);
    expect(right.filter((text) => !judge(text))).toEqual([]);
    expect(wrong.filter((text) => judge(text))).toEqual([]);
  });
});
