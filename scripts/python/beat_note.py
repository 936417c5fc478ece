#!/usr/bin/python3 -I
"""What a server tells whoever watches over its copies.

usage: beat_note.py newest SNAPSHOTS      when the newest copy that was read back was begun, as systemd reads times; nothing: there is none
       beat_note.py make DIRECTORY PART   JSON; DIRECTORY: PART.json (restic's snapshots), PART.due, status (lines of trinode status --lines)
Output of make: {part, host, at, due, newest: {id, verifiedAt, bytes, objects}, sizes: bytes of the ones before, unwell: [{name, text}]}
"""

import datetime
import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(__file__))
from backup_snapshots import proofs_in, tags_of  # noqa: E402

SIZES = 7


def main(verb: str, *words: str) -> None:
    {"newest": newest, "make": make}[verb](*words)


def newest(path: str) -> None:
    verified = verified_in(path)
    if verified:
        begun = datetime.datetime.strptime(verified[-1]["id"], "%Y%m%dT%H%M%SZ")
        # Just behind it: what was due then has been made.
        print((begun + datetime.timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S UTC"))


def make(directory: str, part: str) -> None:
    there = pathlib.Path(directory)
    verified = verified_in(str(there / f"{part}.json"))
    lines = [line.split("\t") for line in (there / "status").read_text(encoding="utf-8").splitlines()]
    beat = {
        "part": part,
        "host": os.uname().nodename,
        "at": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "due": (there / f"{part}.due").read_text(encoding="utf-8").strip() or None,
        "newest": verified[-1] if verified else None,
        "sizes": [each["bytes"] for each in verified[:-1][-SIZES:]],
        "unwell": [{"name": line[2], "text": line[3]} for line in lines if line[0] == "unwell"],
    }
    print(json.dumps(beat))


def verified_in(path: str) -> list[dict]:
    """The newest last; of each, the objects that it lies in."""
    with open(path, encoding="utf-8") as file:
        snapshots = json.load(file) or []
    proofs = proofs_in(snapshots)
    found = {}
    for snapshot in snapshots:
        tags, proof = tags_of(snapshot), proofs.get(snapshot["id"])
        if tags.get("kind") == "backup" and proof:
            found[tags["id"]] = {
                "id": tags["id"],
                "verifiedAt": proof["time"][:19] + "Z",
                "bytes": int(tags["bytes"]),
                "objects": [f"snapshots/{snapshot['id']}", f"snapshots/{proof['id']}"],
            }
    return [found[key] for key in sorted(found)]


if __name__ == "__main__":
    main(*sys.argv[1:])
