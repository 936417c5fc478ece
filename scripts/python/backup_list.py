#!/usr/bin/python3 -I
"""What the repositories hold, put together by backup: usage and output as in backups.sh.

usage: backup_list.py DIRECTORY [--json [DRILLS]]    DIRECTORY: PART.PLACE.json, as restic lists snapshots; PART.PLACE.failed: why it
                                               can't; DRILLS: where evidence of drills lies
       backup_list.py find ID <SNAPSHOTS       snapshot and proof (- for none) of one backup; exit 1: it is not there
       backup_list.py newest <SNAPSHOTS        id, snapshot and proof of the newest that was read back; exit 1: there is none
"""

import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(__file__))
from backup_snapshots import proofs_in, tags_of  # noqa: E402


def main(directory: str, form: str = "", drills: str = "") -> None:
    if directory == "find":
        return find(form)
    if directory == "newest":
        return newest()
    copies: dict = {}
    unseen: dict = {}
    for path in sorted(pathlib.Path(directory).glob("*.json")):
        part, place = path.stem.split(".")
        failed = path.with_suffix(".failed")
        if failed.exists():
            lines = failed.read_text(encoding="utf-8").strip().splitlines()
            unseen[place] = lines[-1] if lines else "it does not answer"
            continue
        for copy in copies_of(json.loads(path.read_text(encoding="utf-8")) or []):
            entry = copies.setdefault((copy["id"], part), {"id": copy["id"], "part": part, "places": {}})
            entry["places"][place] = copy.pop("place")
            entry.update(copy)
    found = [copies[key] for key in sorted(copies, reverse=True)]
    if form == "--json":
        print(json.dumps({"copies": found, "unseen": unseen, "drills": drills_in(drills)}))
    else:
        for each in found:
            print(line(each))
    for place, why in unseen.items():
        print(f"trinode: copies ({place}) can't be looked at: {why}", file=sys.stderr)
    sys.exit(1 if unseen else 0)


def copies_of(snapshots: list[dict]) -> list[dict]:
    """One of each backup, the last one where a run was made again; with the time at which it was read back."""
    proofs = proofs_in(snapshots)
    found = {}
    for snapshot in sorted(snapshots, key=lambda each: each["time"]):
        tags = tags_of(snapshot)
        if tags.get("kind") != "backup":
            continue
        place = {"snapshot": snapshot["id"], "verifiedAt": second(proofs.get(snapshot["id"], {}).get("time"))}
        numbers = {name: int(tags[name]) for name in ("bytes", "rows", "tables", "files") if name in tags}
        before = found.get(tags["id"])
        # A verified one is not hidden by a later one that is not.
        if before and before["place"]["verifiedAt"] and not place["verifiedAt"]:
            continue
        found[tags["id"]] = {"id": tags["id"], **numbers, "place": place}
    return list(found.values())


def find(backup: str) -> None:
    snapshots = json.load(sys.stdin) or []
    copy = next((each for each in copies_of(snapshots) if each["id"] == backup), None)
    if copy is None:
        sys.exit(1)
    snapshot = copy["place"]["snapshot"]
    print(snapshot, proofs_in(snapshots).get(snapshot, {}).get("id", "-"))


def newest() -> None:
    snapshots = json.load(sys.stdin) or []
    verified = [copy for copy in copies_of(snapshots) if copy["place"]["verifiedAt"]]
    if not verified:
        sys.exit(1)
    copy = max(verified, key=lambda each: each["id"])
    snapshot = copy["place"]["snapshot"]
    print(copy["id"], snapshot, proofs_in(snapshots)[snapshot]["id"])


def drills_in(directory: str) -> list[dict]:
    """The newest first; names are times."""
    paths = sorted(pathlib.Path(directory).glob("*.json"), reverse=True) if directory else []
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def second(time: str | None) -> str | None:
    """restic's times have nanoseconds and the zone of whoever made them: servers are in UTC."""
    return time and time[:19] + "Z"


def line(copy: dict) -> str:
    what = f"{copy['rows']} rows" if "rows" in copy else f"{copy.get('files', 0)} files"
    places = [f"{place}: {each['verifiedAt'] and 'verified' or 'NOT VERIFIED'}" for place, each in copy["places"].items()]
    return "  ".join([copy["id"], copy["part"], f"{copy.get('bytes', 0)} bytes", what, *places])


if __name__ == "__main__":
    main(*sys.argv[1:])
