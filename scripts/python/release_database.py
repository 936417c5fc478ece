"""Run by a release's Python, as the site: what a release's migrations and the database's are to each other.

usage: release_database.py plan [apply]   <OTHER   what this release would migrate; with `apply`, done at once if that is nothing
       release_database.py migrate                 migrates, and waits for locks a few seconds at a time
       release_database.py judge          <OTHER   whether a release that knows OTHER's migrations fits the database as it is
       release_database.py backward       <OTHER   takes back what OTHER does not know

OTHER: JSON, `known` of another release's plan; `[]` when there is none.
Output of plan: how many migrations are to come, how many the database has that OTHER knows and this release does not; then, on
a line of its own, JSON {heads, known, applied, pending, unfit}. Of judge: how many do not fit, how many can't be taken back; then
JSON [{migration, reason, reversible}]. Exit: 0, or 1 with the reason on standard error.
"""

import json
import os
import sys
import time

LOCK_TRIES = 6
LOCK_PAUSE_SECONDS = 2


def main(verb: str, *more: str) -> None:
    sys.path.insert(0, os.getcwd())
    import django

    django.setup()
    {"plan": plan, "migrate": migrate, "judge": judge, "backward": backward}[verb](*more)


def plan(apply: str = "") -> None:
    other = read_other()
    executor = make_executor()
    loader = executor.loader
    loader.check_consistent_history(executor.connection)
    refuse_conflicts(loader)
    pending = [m for m, _ in executor.migration_plan(loader.graph.leaf_nodes())]
    known = known_to(loader)
    applied = sorted(key for key in loader.applied_migrations)
    apps = {app for app, _ in known}
    missing = [key for key in applied if key in other and key not in known and key[0] in apps]
    about = {
        "heads": heads(loader),
        "known": sorted(known),
        "applied": applied,
        "pending": [name_of(m) for m in pending],
        "unfit": [f"{name_of(m)}: {reason}" for m in pending if other and (reason := misfit(m, loader))],
    }
    for line in about["unfit"] if not missing else []:
        print(f"trinode: until it serves, requests may fail; {line}", file=sys.stderr)
    if apply and not pending and not missing:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0)
    print(len(pending), len(missing))
    print(json.dumps(about))


def migrate() -> None:
    """Behind a statement that waits for a lock, the site waits too: we give up soon, and try again."""
    from django.core.management import call_command
    from django.db import OperationalError, connection

    for attempt in range(1, LOCK_TRIES + 1):
        try:
            return call_command("migrate", interactive=False, verbosity=1, no_color=True, stdout=sys.stderr)
        except OperationalError as error:
            if not waited_for_lock(error) or attempt == LOCK_TRIES:
                raise
            print("trinode: a table is in use; trying again", file=sys.stderr)
            connection.close()
            time.sleep(LOCK_PAUSE_SECONDS)


def judge() -> None:
    loader = make_executor().loader
    found = [
        {"migration": name_of(m), "reason": misfit(m, loader), "reversible": reversible(m)} for m in unknown_to_other(loader)
    ]
    print(sum(1 for each in found if each["reason"]), sum(1 for each in found if not each["reversible"]))
    print(json.dumps(found))


def backward() -> None:
    """One migration at a time, the newest first, so that what was done is known when one fails."""
    executor = make_executor()
    taken = {(m.app_label, m.name) for m in unknown_to_other(executor.loader)}
    order = [key for key in all_in_order(executor.loader) if key in taken]
    for key in reversed(order):
        executor = make_executor()
        parents = [p for p in executor.loader.graph.node_map[key].parents if p.key[0] == key[0]]
        target = (key[0], parents[0].key[1]) if parents else (key[0], None)
        print(f"  taking back {key[0]}.{key[1]}", file=sys.stderr)
        executor.migrate([target])


def make_executor():
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    return MigrationExecutor(connection)


def read_other() -> set:
    return {tuple(key) for key in json.load(sys.stdin)}


def known_to(loader) -> set:
    """Those of squashed migrations, too."""
    return set(loader.disk_migrations) | {tuple(key) for m in loader.disk_migrations.values() for key in m.replaces}


def heads(loader) -> dict:
    found: dict = {}
    for app, name in loader.graph.leaf_nodes():
        found.setdefault(app, []).append(name)
    return found


def all_in_order(loader) -> list:
    seen: dict = {}
    for leaf in loader.graph.leaf_nodes():
        for key in loader.graph.forwards_plan(leaf):
            seen.setdefault(key)
    return list(seen)


def unknown_to_other(loader) -> list:
    """Applied, and not known to the other release; apps that it does not have are no concern of it."""
    other = read_other()
    apps = {app for app, _ in other}
    keys = [k for k in all_in_order(loader) if k in loader.applied_migrations and k not in other and k[0] in apps]
    return [loader.graph.nodes[key] for key in keys]


def reversible(migration) -> bool:
    return all(operation.reversible for operation in migration.operations)


def misfit(migration, loader) -> str:
    """Why code that does not know this migration can't work with a database that has it; empty when it can."""
    state = loader.project_state((migration.app_label, migration.name), at_end=False)
    for operation in migration.operations:
        if reason := operation_misfit(operation, migration.app_label, state):
            return reason
        operation.state_forwards(migration.app_label, state)
    return ""


def operation_misfit(operation, app: str, state) -> str:
    from django.db import migrations as m

    harmless = (m.CreateModel, m.AddIndex, m.RemoveIndex, m.RemoveConstraint, m.AlterModelOptions, m.AlterModelManagers)
    if isinstance(operation, harmless) or type(operation).__name__ in HARMLESS_BY_NAME:
        return ""
    if isinstance(operation, m.SeparateDatabaseAndState):
        inner = state.clone()
        return next((r for o in operation.database_operations if (r := operation_misfit(o, app, inner))), "")
    if isinstance(operation, m.AddField):
        return added_field_misfit(operation)
    if isinstance(operation, m.AlterField):
        return altered_field_misfit(operation, app, state)
    if isinstance(operation, m.RunPython):
        # Whoever wrote it says that going back there is nothing to do: the data fit both ways.
        same = m.RunPython.noop in (operation.code, operation.reverse_code)
        return "" if same else "it changed data by code of its own"
    if isinstance(operation, m.RunSQL) and operation.reverse_sql == m.RunSQL.noop:
        return ""
    return f"{operation.describe()[:1].lower()}{operation.describe()[1:]}"


HARMLESS_BY_NAME = {"AddIndexConcurrently", "RemoveIndexConcurrently", "RenameIndex", "AlterModelTableComment"}


def added_field_misfit(operation) -> str:
    from django.db.models import NOT_PROVIDED

    field = operation.field
    has_default = getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED
    if field.null or field.many_to_many or has_default:
        return ""
    return f"{operation.model_name}.{operation.name} must have a value, and only newer code gives it one"


def altered_field_misfit(operation, app: str, state) -> str:
    """What changes nothing in the database (a label, choices), or allows more than before, does no harm."""
    from django.db import connection

    before = state.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)
    after_state = state.clone()
    operation.state_forwards(app, after_state)
    after = after_state.apps.get_model(app, operation.model_name)._meta.get_field(operation.name)
    editor = connection.schema_editor(collect_sql=True)
    if not editor._field_should_be_altered(before, after):
        return ""
    same_type = before.db_parameters(connection)["type"] == after.db_parameters(connection)["type"]
    if same_type and after.null and before.unique >= after.unique:
        return ""
    longer = (after.max_length or 0) >= (before.max_length or 0) > 0 and type(before) is type(after)
    if longer and before.null == after.null and before.unique == after.unique:
        return ""
    return f"{operation.model_name}.{operation.name} is another kind of column"


def refuse_conflicts(loader) -> None:
    for app, names in loader.detect_conflicts().items():
        sys.exit(f"trinode: the site's migrations of {app} have several ends ({', '.join(names)}); merge them: makemigrations --merge")


def waited_for_lock(error: BaseException) -> bool:
    cause = error.__cause__
    return (getattr(cause, "sqlstate", "") or getattr(cause, "pgcode", "")) == "55P03"


def name_of(migration) -> str:
    return f"{migration.app_label}.{migration.name}"


if __name__ == "__main__":
    main(*sys.argv[1:])
