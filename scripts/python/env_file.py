#!/usr/bin/python3 -I
"""Writes a site's variables into the file that its configuration asks for (`app.envFile`), readable by the site alone.

usage: env_file.py RELEASE ENVIRONMENT-FILE USER      ENVIRONMENT-FILE: NAME=VALUE ended by NUL each
What no such file can say (names that no shell has) is left out: the site has them in its environment all the same.
Exit: 0 written, or none is asked for; 1 not.
"""

import json
import os
import pwd
import re
import sys


def main(release: str, variables: str, user: str) -> None:
    with open(f"{release}/release.json", encoding="utf-8") as file:
        about = json.load(file)
    if not about.get("envFile"):
        return
    path = os.path.join(release, "source", about["directory"], about["envFile"])
    inside = os.path.realpath(os.path.join(release, "source"))
    if not (os.path.realpath(os.path.dirname(path)) + "/").startswith(inside + "/"):
        sys.exit(f"trinode: app.envFile: {about['envFile']} leads out of the release")
    with open(variables, "rb") as file:
        pairs = [entry.decode(errors="surrogateescape").split("=", 1) for entry in file.read().split(b"\0") if entry]
    write(path, "".join(f"{name}={quoted(value)}\n" for name, value in pairs if re.fullmatch(r"[A-Za-z_]\w*", name)), user)


def quoted(value: str) -> str:
    """As python-dotenv, django-environ and a shell agree on it; single quotes where that is possible: nothing in them is special."""
    if re.fullmatch(r"[\w./:@%+,=-]*", value, re.ASCII):
        return value
    if "'" not in value and "\n" not in value:
        return f"'{value}'"
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def write(path: str, text: str, user: str) -> None:
    about = pwd.getpwnam(user)
    part = f"{path}.trinode-new"
    if os.path.lexists(part):
        os.unlink(part)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", errors="surrogateescape") as file:
        os.fchown(file.fileno(), about.pw_uid, about.pw_gid)
        file.write(text)
    os.replace(part, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
