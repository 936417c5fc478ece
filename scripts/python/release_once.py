"""Runs a release's `once` commands that this database has not seen yet. Run by the release's Python, as the site, in the
project's directory, after migrating.

usage: release_once.py RELEASE.JSON
The database is where they are remembered, for it is what they change: a new application server in front of an old database runs
none of them again, a new database all of them. One that failed or was cut off is not remembered. A changed command is another.
Exit: 0 all have run, 1 one failed (those after it have not run).
"""

import json
import os
import subprocess
import sys

TABLE = "trinode_once"


def main(path: str) -> None:
    with open(path, encoding="utf-8") as file:
        about = json.load(file)
    commands = about.get("once") or []
    if not commands:
        return
    sys.path.insert(0, os.getcwd())
    import django

    django.setup()
    from django.db import connection

    make_table(connection)
    for command in commands:
        # The row is there for others, too, from the moment on in which the command has ended well; until then they wait.
        hold(connection)
        if not seen(connection, command):
            run(command)
            remember(connection, command, about["id"])
        release(connection)


def make_table(connection) -> None:
    if TABLE in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE} (command text PRIMARY KEY, release text NOT NULL, "
            "ran_at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP)"
        )


# "trin", as a number: nobody else's lock.
LOCK = 0x7472696E


def hold(connection) -> None:
    """Two application servers may be released at the same time."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])


def release(connection) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def seen(connection, command: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT 1 FROM {TABLE} WHERE command = %s", [command])
        return cursor.fetchone() is not None


def run(command: str) -> None:
    print(f"running once: {command}", file=sys.stderr, flush=True)
    status = subprocess.run(["bash", "-euo", "pipefail", "-c", command], check=False).returncode
    if status != 0:
        sys.exit(f"trinode: app.once: exit {status} of: {command}")


def remember(connection, command: str, name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TABLE} (command, release) VALUES (%s, %s)", [command, name])


if __name__ == "__main__":
    main(*sys.argv[1:])
