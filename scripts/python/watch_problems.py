"""What is not well, of what watch.sh has seen. Used by watch_tell.py."""

import datetime
import json
import pathlib

# A copy may take its time; a server tells every hour.
GRACE = datetime.timedelta(hours=4)
SILENCE = datetime.timedelta(hours=3)

# What `trinode status` calls it on a server, and what it is here. The rest is not for waking anybody.
KINDS = {"backups": "timer", "drills": "timer", "backup": "backup", "drill": "drill", "disk": "disk", "certificate": "certificate"}

SERVERS = {"database": "database server", "files": "application server"}


def problems_in(seen: pathlib.Path, now: datetime.datetime, copies: bool) -> dict[str, dict]:
    """By a key that stays the same as long as it is the same problem."""
    found = {}
    for state, _, name, text, *_ in lines_of(seen / "status"):
        if state == "unwell" and name in KINDS:
            found[f"web {name}"] = {"kind": KINDS[name], "where": "web server", "text": text}
    for part in SERVERS if copies else ():
        for name, kind, text in of_copies(seen, part, now):
            found[f"{part} {name}"] = {"kind": kind, "where": SERVERS[part], "text": text}
    return found


def of_copies(seen: pathlib.Path, part: str, now: datetime.datetime):
    path = seen / f"{part}.json"
    if not path.exists():
        why = (seen / f"{part}.why").read_text(encoding="utf-8").strip().splitlines() if (seen / f"{part}.why").exists() else []
        yield "silent", "silent", f"nothing about its copies can be read in the bucket ({why[-1] if why else 'no reason given'})"
        return
    beat = json.loads(path.read_text(encoding="utf-8"))
    if now - moment(beat["at"]) > SILENCE:
        yield "silent", "silent", f"it was last heard of at {beat['at']}"
    yield from of_newest(beat, now, (seen / f"{part}.missing").exists())
    for each in beat["unwell"]:
        if each["name"] in KINDS:
            yield each["name"], KINDS[each["name"]], each["text"]


def of_newest(beat: dict, now: datetime.datetime, missing: bool):
    newest = beat["newest"]
    late = beat["due"] is not None and now - moment(beat["due"]) > GRACE
    if newest is None:
        if late:
            yield "old", "old", f"no copy in the bucket was read back yet; one was due at {beat['due']}"
        return
    if missing:
        yield "missing", "missing", f"copy {newest['id']} was read back at {newest['verifiedAt']}, and is not in the bucket any more"
    if late:
        yield "old", "old", f"the newest copy that was read back is {newest['id']}; one was due at {beat['due']}"
    largest = max(beat["sizes"], default=0)
    if newest["bytes"] * 2 < largest:
        yield "small", "small", f"copy {newest['id']} has {newest['bytes']} bytes, one before it {largest}"


def lines_of(path: pathlib.Path) -> list[list[str]]:
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def moment(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)
