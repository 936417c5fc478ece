#!/usr/bin/python3 -I
"""Which copies have had their time: all are kept for a while, then the last of each day (UTC), then the last of each ISO week.

usage: backup_keep.py <LINES                     a case a line: {now, keep: {all, daily, weekly}, copies: [{id, time, verified}]}; times in
                                                 ISO, periods like 7d, 3m, 1y, one after the other. Output: a line each, JSON ids to forget
       backup_keep.py snapshots NOW ALL DAILY WEEKLY <SNAPSHOTS    restic's list of one repository. Output: ids of snapshots to forget

Kept whatever the periods say: the newest that was verified; everything while a newer one is not verified, or while there has been
none for the first period; what is of the future, for then a clock is wrong.
"""

import calendar
import datetime
import json
import sys


def main(verb: str = "", *words: str) -> None:
    if verb == "snapshots":
        now, *periods = words
        for snapshot in outlived_snapshots(json.load(sys.stdin) or [], now, dict(zip(("all", "daily", "weekly"), periods, strict=True))):
            print(snapshot)
        return
    for line in sys.stdin:
        case = json.loads(line)
        print(json.dumps(outlived(case["copies"], case["now"], case["keep"])), flush=True)


def outlived(copies: list[dict], now_text: str, keep: dict) -> list[str]:
    """Ids of copies to forget."""
    now = moment(now_text)
    past = sorted((c for c in copies if moment(c["time"]) <= now), key=lambda c: (moment(c["time"]), c["id"]))
    verified = [c for c in past if c["verified"]]
    all_since = before(now, keep["all"])
    if not verified or past[-1] is not verified[-1] or moment(verified[-1]["time"]) < all_since:
        return []
    daily_since = before(all_since, keep["daily"])
    weekly_since = before(daily_since, keep["weekly"])
    of_day, of_week = representatives(past, day_of), representatives(past, week_of)
    kept = {verified[-1]["id"]}
    for copy in past:
        at = moment(copy["time"])
        if (
            at >= all_since
            or (at >= daily_since and of_day[day_of(at)] is copy)
            or (at >= weekly_since and at < daily_since and of_week[week_of(at)] is copy)
        ):
            kept.add(copy["id"])
    return [c["id"] for c in past if c["id"] not in kept]


def representatives(past: list[dict], bucket_of) -> dict:
    """The last verified one of each bucket; the last one where none is."""
    found: dict = {}
    for copy in past:
        bucket = bucket_of(moment(copy["time"]))
        if copy["verified"] or not found.get(bucket, {}).get("verified"):
            found[bucket] = copy
    return found


def day_of(at: datetime.datetime):
    return at.date()


def week_of(at: datetime.datetime):
    return at.isocalendar()[:2]


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text).astimezone(datetime.UTC)


def before(at: datetime.datetime, period: str) -> datetime.datetime:
    """Months and years as the calendar has them; a day that a month has not is its last."""
    count, unit = int(period[:-1]), period[-1]
    if unit in "dw":
        return at - datetime.timedelta(days=count * (7 if unit == "w" else 1))
    months = at.year * 12 + at.month - 1 - count * (12 if unit == "y" else 1)
    year, month = months // 12, months % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


def outlived_snapshots(snapshots: list[dict], now: str, keep: dict) -> list[str]:
    """Of copies that have had their time, with their proofs; and of proofs whose copy is not there."""
    proofs: dict = {}
    copies = []
    for snapshot in snapshots:
        tags = dict(tag.split(":", 1) for tag in snapshot.get("tags") or [] if ":" in tag)
        if tags.get("kind") == "verified":
            proofs.setdefault(tags["of"], []).append(snapshot["id"])
        elif tags.get("kind") == "backup":
            copies.append({"id": snapshot["id"], "time": to_second(snapshot["time"])})
    for copy in copies:
        copy["verified"] = copy["id"] in proofs
    forgotten = outlived(copies, now, keep)
    there = {copy["id"] for copy in copies} - set(forgotten)
    return forgotten + [proof for of, each in proofs.items() if of not in there for proof in each]


def to_second(time: str) -> str:
    """restic writes nanoseconds, and the zone of whoever made it."""
    whole, rest = time[:19], time[19:].lstrip(".0123456789")
    return whole + (rest or "Z")


if __name__ == "__main__":
    main(*sys.argv[1:])
