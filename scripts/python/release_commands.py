#!/usr/bin/python3 -I
"""Prints a release's commands of one kind, each ended by NUL.

usage: release_commands.py RELEASE.JSON KIND      KIND: build, beforeMigrate or once
Exit: 0.
"""

import json
import sys


def main(path: str, kind: str) -> None:
    with open(path, encoding="utf-8") as file:
        about = json.load(file)
    for command in about.get(kind) or []:
        sys.stdout.write(command + "\0")


if __name__ == "__main__":
    main(*sys.argv[1:])
