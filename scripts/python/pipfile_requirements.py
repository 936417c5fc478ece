#!/usr/bin/python3 -I
"""Prints what a Pipfile.lock locks, as requirements with versions and checksums.

usage: pipfile_requirements.py PIPFILE.LOCK
Exit: 0, or 1 for what can't be said so.
"""

import json
import sys


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        locked = json.load(file)["default"]
    for name, about in locked.items():
        print(requirement(name, about))


def requirement(name: str, about: dict) -> str:
    extras = f"[{','.join(about['extras'])}]" if about.get("extras") else ""
    marker = f" ; {about['markers']}" if about.get("markers") else ""
    if "git" in about:
        return f"{name}{extras} @ git+{about['git']}@{about['ref']}{marker}"
    if "version" not in about:
        sys.exit(f'trinode: Pipfile.lock: "{name}" has neither a version nor a repository')
    hashes = "".join(f" \\\n    --hash={value}" for value in about.get("hashes", []))
    return f"{name}{extras}{about['version']}{marker}{hashes}"


if __name__ == "__main__":
    main(*sys.argv[1:])
