"""Run by a release's Python, as the site: what the site makes of its own data in another database.

usage: release_drill.py DATABASE SCRATCH    SCRATCH is used in place of DATABASE, wherever the site's settings name that
Migrations that have come since are run there, as a restore would. Output: JSON {django, check, migrated: [app.name…]}.
Exit: 0 its checks are fine and nothing is left to migrate; 1 not, with the reason on standard error.
"""

import json
import os
import sys


def main(database: str, scratch: str) -> None:
    sys.path[0] = os.getcwd()
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    aliases = [alias for alias in connections if redirect(connections[alias], database, scratch)]
    if not aliases:
        sys.exit(f'trinode: the site\'s settings name no database "{database}"')
    call_command("check", databases=aliases, stdout=sys.stderr)
    pending = [name for alias in aliases for name in pending_in(connections[alias])]
    for alias in aliases:
        if pending:
            call_command("migrate", database=alias, interactive=False, verbosity=0, stdout=sys.stderr)
        # Exits when something is left.
        call_command("migrate", database=alias, check_unapplied=True, interactive=False, verbosity=0, stdout=sys.stderr)
    print(json.dumps({"django": django.get_version(), "check": "passed", "migrated": pending}))


def redirect(connection, database: str, scratch: str) -> bool:
    """Before the first connection; what is there afterwards is asked of the server itself."""
    if connection.settings_dict.get("NAME") != database or connection.vendor != "postgresql":
        return False
    connection.settings_dict["NAME"] = scratch
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        if cursor.fetchone()[0] != scratch:
            sys.exit(f"trinode: the site connects to another database than {scratch}")
    return True


def pending_in(connection) -> list[str]:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


if __name__ == "__main__":
    main(*sys.argv[1:])
