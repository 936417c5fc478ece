#!/usr/bin/python3 -I
"""Holds what comes back against a backup's manifest.

usage: backup_check.py megabytes MANIFEST          size of the dump
       backup_check.py dump MANIFEST DUMP          whether it is the dump
       backup_check.py facts MANIFEST <FACTS       whether a database is the one that was dumped; FACTS: database-facts.sql's
       backup_check.py given MANIFEST              whether it can be the site's at all
       backup_check.py copy MANIFEST PART ID       whether it is that part (database, files) of that backup
       backup_check.py extensions MANIFEST         those that the database had, a line each
       backup_check.py told MANIFEST               JSON {swapped: false, migrations}, for whoever asked for the restore
Exit: 0 it is so, 1 it is not, with the reason on standard error.
"""

import hashlib
import json
import sys


def main(verb: str, manifest_file: str, *more: str) -> None:
    with open(manifest_file, encoding="utf-8") as file:
        manifest = json.load(file)
    {"megabytes": megabytes, "dump": dump, "facts": facts, "given": given, "copy": copy, "extensions": extensions, "told": told}[verb](manifest, *more)


def megabytes(manifest: dict) -> None:
    print(-(-manifest["bytes"] // (1 << 20)))


def dump(manifest: dict, path: str) -> None:
    with open(path, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != manifest["sha256"]:
        sys.exit("trinode: the dump has another checksum than its manifest says")


def facts(manifest: dict) -> None:
    was, now = manifest["facts"], json.load(sys.stdin)
    wrong = rows_that_differ(was["rows"], now["rows"])
    if was["migrations"] != now["migrations"]:
        wrong.append("other migrations are noted in it")
    # Another major version words definitions differently.
    if major(was) == major(now):
        wrong += [f"its {name} are others" for name in ("constraints", "indexes") if was[name] != now[name]]
    for line in wrong[:10]:
        print(f"trinode: {line}", file=sys.stderr)
    sys.exit(1 if wrong else 0)


def rows_that_differ(was: dict, now: dict) -> list[str]:
    tables = sorted(set(was) | set(now))
    return [f"{t}: {now.get(t, 'no table')} in place of {was.get(t, 'no table')} rows" for t in tables if was.get(t) != now.get(t)]


def major(found: dict) -> str:
    return found["server"].split(".")[0]


def given(manifest: dict) -> None:
    facts = manifest["facts"]
    if not facts["rows"]:
        sys.exit("trinode: the dump holds no table")
    if not facts["migrations"]:
        sys.exit("trinode: the dump notes no migrations (django_migrations): it is of no Django site, or of none that has run")


def copy(manifest: dict, part: str, backup: str) -> None:
    if (manifest["part"], manifest["id"]) != (part, backup):
        sys.exit(f"trinode: it is of the {manifest['part']} of backup {manifest['id']}")


def extensions(manifest: dict) -> None:
    # The one that each database has.
    for name in sorted(set(manifest["facts"]["extensions"]) - {"plpgsql"}):
        print(name)


def told(manifest: dict) -> None:
    print(json.dumps({"swapped": False, "migrations": manifest["facts"]["migrations"] or []}))


if __name__ == "__main__":
    main(*sys.argv[1:])
