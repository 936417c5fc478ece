#!/usr/bin/python3 -I
"""What a copy holds, written down when it is made and held against it when it is read back.

usage: backup_manifest.py database ID NAME DUMP <FACTS    the manifest of a dump; FACTS: what database-facts.sql says
       backup_manifest.py files ID MEDIA                  the manifest of uploads: how many, how much
       backup_manifest.py tags <MANIFEST                  what the repository's list is to show, a line each
Output: JSON, or lines. Exit: 0.
"""

import datetime
import hashlib
import json
import os
import sys


def main(verb: str, *arguments: str) -> None:
    {"database": database, "files": files, "tags": tags}[verb](*arguments)


def database(backup: str, name: str, dump: str) -> None:
    facts = json.load(sys.stdin)
    with open(dump, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    show({**about("database", backup), "database": name, "bytes": os.path.getsize(dump), "sha256": digest, "facts": facts})


def files(backup: str, media: str) -> None:
    count = size = 0
    for directory, _, names in os.walk(media):
        for name in names:
            path = os.path.join(directory, name)
            if os.path.isfile(path) and not os.path.islink(path):
                count, size = count + 1, size + os.path.getsize(path)
    show({**about("files", backup), "media": media, "files": count, "bytes": size})


def about(part: str, backup: str) -> dict:
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": backup, "part": part, "madeAt": now, "host": os.uname().nodename}


def tags() -> None:
    manifest = json.load(sys.stdin)
    print(f"id:{manifest['id']}", "kind:backup", f"bytes:{manifest['bytes']}", sep="\n")
    if "facts" in manifest:
        rows = manifest["facts"]["rows"]
        print(f"rows:{sum(rows.values())}", f"tables:{len(rows)}", f"server:{manifest['facts']['server'].split()[0]}", sep="\n")
    else:
        print(f"files:{manifest['files']}")


def show(value: dict) -> None:
    json.dump(value, sys.stdout)
    print()


if __name__ == "__main__":
    main(*sys.argv[1:])
