/**
 * Whether systemd understands a calendar expression, as far as that can be told without it; the host asks systemd itself
 * before it takes one. Returns what is wrong and what to do. https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html
 */
export function calendarMistake(text: string): string | undefined {
  const words = text.trim().split(/\s+/);
  if (fromCron(words) !== undefined)
    return `is cron's way to write it. Write it as systemd does: "${fromCron(words)}", e.g.`;
  return isShorthand(text.trim()) || isCalendar(words) ? undefined : remedy;
}

const remedy =
  'is no time that systemd understands. Write it like "daily", "*-*-* 03:30", "Mon *-*-* 08:00" or "*:0/15"; an expression is ' +
  "tried with: systemd-analyze calendar '…'.";

const shorthands = /^(minutely|hourly|daily|weekly|monthly|quarterly|(semi|bi)-?annually|yearly|annually)( +(\S+))?$/i;

const day = "(mon|tue|wed|thu|fri|sat|sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday)";
const weekdays = new RegExp(`^${day}((,|\\.\\.|-)${day})*,?$`, "i");

/** A time zone's name; an abbreviation other than UTC is only known where it is in force. */
function isZone(word: string): boolean {
  if (!word.includes("/")) return word === "UTC";
  try {
    new Intl.DateTimeFormat("en", { timeZone: word });
    return true;
  } catch {
    return false;
  }
}

function isShorthand(text: string): boolean {
  const [, , , , zone] = shorthands.exec(text) ?? [text, "", "", "", "none"];
  return zone === undefined || isZone(zone);
}

/** `[weekdays] [date] [time] [zone]`, at least one of the first three. */
function isCalendar(words: string[]): boolean {
  const left = [...words];
  const take = (fits: (word: string) => boolean) =>
    left[0] !== undefined && fits(left[0]) && left.shift() !== undefined;
  const found = [take((word) => weekdays.test(word)), take(isDate), take(isTime)];
  take(isZone);
  return left.length === 0 && found.includes(true);
}

function isDate(word: string): boolean {
  const parts = word.replace("~", "-").split("-");
  const [first = "", ...rest] = parts;
  if (parts.length === 2) return fits(first, 1, 12) && fits(rest[0] ?? "", 1, 31);
  return parts.length === 3 && fits(first, 0, 2199) && fits(rest[0] ?? "", 1, 12) && fits(rest[1] ?? "", 1, 31);
}

function isTime(word: string): boolean {
  const [hour = "", minute = "", second = "0", ...more] = word.split(":");
  const seconds = second.replaceAll(/(\d)\.(\d{1,6})(?!\d)/g, "$1");
  return more.length === 0 && word.includes(":") && fits(hour, 0, 23) && fits(minute, 0, 59) && fits(seconds, 0, 59);
}

/** One component: `*`, or numbers, ranges and repetitions, comma-separated. */
function fits(component: string, least: number, most: number): boolean {
  if (component === "*") return true;
  return component.split(",").every((item) => {
    const [, from = "", to, every] = /^(\d+)(?:\.\.(\d+))?(?:\/(\d+))?$/.exec(item) ?? [];
    const inside = (number: string) => Number(number) >= least && Number(number) <= most;
    return (
      from !== "" &&
      inside(from) &&
      (to === undefined || (inside(to) && Number(to) >= Number(from))) &&
      (every === undefined || Number(every) > 0)
    );
  });
}

const cronNames: Record<string, string> = {
  "@hourly": "hourly",
  "@daily": "daily",
  "@midnight": "daily",
  "@weekly": "weekly",
  "@monthly": "monthly",
  "@yearly": "yearly",
  "@annually": "yearly",
};

const cronDays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/** What cron's five fields mean, in systemd's words; `undefined` for what is not cron's. */
function fromCron(words: string[]): string | undefined {
  const [first = ""] = words;
  if (words.length === 1) return first.startsWith("@") ? (cronNames[first] ?? "daily") : undefined;
  if (words.length !== 5 || !words.every((word) => /^[\d*,/-]+$|^[a-z]{3}([,-][a-z]{3})*$/i.test(word)))
    return undefined;
  const [minute = "*", hour = "*", date = "*", month = "*", weekday = "*"] = words;
  const component = (word: string, least: string) => word.replace(/^\*\//, `${least}/`).replaceAll("-", "..");
  const days = component(weekday, "0").replaceAll(/\b[0-7]\b/g, (digit) => cronDays[Number(digit)] ?? digit);
  const time = `${component(hour, "0")}:${component(minute, "0")}:00`;
  const dates = `*-${component(month, "1")}-${component(date, "1")}`;
  return `${weekday === "*" ? "" : `${days} `}${dates} ${time}`;
}
