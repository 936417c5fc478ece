#!/usr/bin/python3 -I
"""What is known of releases, beside their files: /var/lib/trinode/releases/<id>/record.json (and the backups made before them).

usage: release_record.py set ID NAME=VALUE...      text values; an empty one takes the name away
       release_record.py merge ID <JSON            an object, over what is there
       release_record.py known ID                  JSON: the migrations that it knows; exit 1 when that is not recorded
       release_record.py backup ID <JUDGED         path of the newest backup without these migrations; exit 1: there is none
       release_record.py forget KEPT...            records of other releases go, but for the latest that failed
       release_record.py list SITE [--json]        newest first
Exit: 0, 1 with the reason on standard error.
"""

import datetime
import json
import os
import pathlib
import shutil
import sys

RECORDS = pathlib.Path("/var/lib/trinode/releases")
FAILED_KEPT = 5
BACKUPS_EACH = 3


def main(verb: str, *arguments: str) -> None:
    verbs = {"set": set_values, "merge": merge, "known": known, "backup": backup, "forget": forget, "list": list_releases}
    verbs[verb](*arguments)


def read(release: str) -> dict:
    try:
        return json.loads((RECORDS / release / "record.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def write(release: str, record: dict) -> None:
    directory = RECORDS / release
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = directory / "record.json.new"
    with open(part, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        json.dump(record, file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(directory / "record.json")


def set_values(release: str, *pairs: str) -> None:
    record = read(release)
    for name, _, value in (pair.partition("=") for pair in pairs):
        record[name] = value
    write(release, {name: value for name, value in record.items() if value != ""})


def merge(release: str) -> None:
    record = read(release)
    found = json.load(sys.stdin)
    backups = record.get("backups", []) + found.pop("backups", [])
    for gone in backups[:-BACKUPS_EACH]:
        pathlib.Path(gone["file"]).unlink(missing_ok=True)
    write(release, record | found | {"backups": backups[-BACKUPS_EACH:]})


def known(release: str) -> None:
    found = read(release).get("known")
    if found is None:
        sys.exit(1)
    json.dump(found, sys.stdout)


def backup(release: str) -> None:
    """Made before any of the migrations that the release does not know."""
    gone = {each["migration"] for each in json.load(sys.stdin)}
    fitting = [b for b in backups() if not gone & {".".join(key) for key in b["applied"]}]
    if not fitting:
        sys.exit(f"trinode: there is no backup of the database that fits release {release}")
    print(max(fitting, key=lambda each: each["madeAt"])["file"])


def backups() -> list[dict]:
    every = [b for path in RECORDS.glob("*/record.json") for b in read(path.parent.name).get("backups", [])]
    return [each for each in every if os.path.exists(each["file"])]


def forget(*kept: str) -> None:
    others = [path.parent.name for path in RECORDS.glob("*/record.json") if path.parent.name not in kept]
    failed = [release for release in others if "failedAt" in read(release)]
    failed.sort(key=lambda release: read(release)["failedAt"])
    for release in set(others) - set(failed[-FAILED_KEPT:]):
        shutil.rmtree(RECORDS / release, ignore_errors=True)
    for release in failed[-FAILED_KEPT:-1]:
        for path in (RECORDS / release).glob("*.dump"):
            path.unlink()


def list_releases(site: str, form: str = "") -> None:
    found = sorted((describe(site, name) for name in known_names(site)), key=lambda each: each["at"], reverse=True)
    if form == "--json":
        print(json.dumps([{name: value for name, value in each.items() if name != "at"} for each in found]))
        return
    for each in found:
        heads = " ".join(f"{app}:{','.join(names)}" for app, names in sorted(each["migrations"].items()) if app in own(each))
        words = [each["id"], each["state"], each["at"], each.get("by", "-"), each.get("source", "-"), each.get("commit", "")]
        print("  ".join(word for word in [*words, heads, each.get("reason", "")] if word))


def own(release: dict) -> set[str]:
    """Django's own apps say little about a release."""
    return set(release["migrations"]) - {"admin", "auth", "contenttypes", "sessions", "sites"}


def known_names(site: str) -> set[str]:
    recorded = {path.parent.name for path in RECORDS.glob("*/record.json")}
    built = {path.parent.name for path in pathlib.Path(f"/srv/{site}/releases").glob("*/complete")}
    return {name for name in recorded | built if not name.startswith(".")}


def describe(site: str, release: str) -> dict:
    record, place = read(release), pathlib.Path(f"/srv/{site}/releases/{release}")
    about = json.loads((place / "release.json").read_text(encoding="utf-8")) if (place / "release.json").exists() else {}
    live = os.path.realpath(f"/srv/{site}/current") == str(place)
    made = moment((place / "complete").stat().st_mtime) if (place / "complete").exists() else record.get("failedAt", "")
    served = (place / "served").exists()
    entry = {
        "id": release,
        "madeAt": made,
        "activatedAt": record.get("activatedAt"),
        "by": record.get("by"),
        "source": about.get("origin") or about.get("source") or record.get("source"),
        "commit": about.get("commit"),
        "migrations": record.get("heads", {}),
        "state": "live" if live else "kept" if served else "failed",
        "reason": record.get("reason") or (None if live or served else "it was interrupted, and never served"),
        "backup": record.get("backups", [{}])[-1].get("file") if record.get("backups") else None,
        "at": max(record.get("activatedAt", ""), record.get("failedAt", ""), made),
    }
    return {name: value for name, value in entry.items() if value is not None}


def moment(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


if __name__ == "__main__":
    main(*sys.argv[1:])
