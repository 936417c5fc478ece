#!/usr/bin/python3 -I
"""usage: backup_migrations.py RELEASE <{backup, known, applied}    lists of [app, name]

Output: JSON, as restore-fits.sh tells. Apps that the release does not have are no concern of it.
"""

import json
import sys


def main(release: str) -> None:
    given = {name: {tuple(key) for key in keys} for name, keys in json.load(sys.stdin).items()}
    apps = {app for app, _ in given["known"]}
    ahead = {key for key in given["backup"] - given["known"] if key[0] in apps}
    behind = {key for key in given["applied"] - given["backup"] if key[0] in apps}
    print(json.dumps({"release": release, "ahead": named(ahead), "behind": named(behind)}))


def named(keys: set) -> list[str]:
    return sorted(f"{app}.{name}" for app, name in keys)


if __name__ == "__main__":
    main(*sys.argv[1:])
