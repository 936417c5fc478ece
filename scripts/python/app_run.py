#!/usr/bin/python3 -I
"""Runs something as the site: in its release, with its variables and nothing else from the outside.

usage: app_run.py gunicorn [ARGUMENT...]   the site's server
       app_run.py manage ARGUMENT...       its manage.py
       app_run.py python ARGUMENT...       its Python
       app_run.py exec PROGRAM ARGUMENT... a program of its virtual environment, or of the system
       app_run.py configured NAME          what /etc/trinode/commands.json has under this name, within its memory

Environment: TRINODE_ENV, a file of NAME=VALUE ended by NUL each, which takes any byte; TRINODE_RELEASE, a release's
directory (default: the current one); TRINODE_GUNICORN, gunicorn's configuration (default: /etc/trinode/gunicorn.conf.py).
TRINODE_BIND and TRINODE_WORKERS are passed on. Exit: that of what it runs, or 78 when there is nothing to run.
"""

import json
import os
import pwd
import resource
import shutil
import sys

COMMANDS = "/etc/trinode/commands.json"
CAUGHT = b"/usr/local/lib/trinode/python/caught"


def main() -> None:
    user = pwd.getpwuid(os.getuid())
    release = os.path.realpath(os.environ.get("TRINODE_RELEASE") or f"{user.pw_dir}/../../current")
    try:
        with open(f"{release}/release.json", encoding="utf-8") as file:
            about = json.load(file)
        variables = read_variables(os.environ.get("TRINODE_ENV") or "/etc/trinode/app.env")
    except OSError as error:
        sys.exit(refuse(f"{error.filename}: {error.strerror}"))
    environment = base_environment(user, release) | catching_mail(variables) | passed_on()
    os.chdir(f"{release}/source/{about['directory']}")
    words = sys.argv[1:]
    if words[:1] == ["configured"]:
        words = configured(words[1:])
    command = command_line(f"{release}/venv/bin/python", about, words)
    os.execve(os.fsencode(command[0]), [os.fsencode(word) for word in command], environment)


def command_line(python: str, about: dict, words: list[str]) -> list[str]:
    verb, arguments = (words[0] if words else ""), words[1:]
    if verb == "gunicorn":
        configuration = os.environ.get("TRINODE_GUNICORN") or "/etc/trinode/gunicorn.conf.py"
        return [python, "-m", "gunicorn", "--config", configuration, *arguments, about["wsgi"]]
    if verb == "manage":
        return [python, *(["manage.py"] if os.path.exists("manage.py") else ["-m", "django"]), *arguments]
    if verb == "python":
        return [python, *arguments]
    if verb == "exec" and arguments:
        return [program(os.path.dirname(python), arguments[0]), *arguments[1:]]
    sys.exit(refuse(f'unknown verb "{verb}": gunicorn, manage, python, exec PROGRAM or configured NAME'))


def program(bin_directory: str, name: str) -> str:
    path = shutil.which(name, path=f"{bin_directory}:/usr/local/bin:/usr/bin:/bin")
    return path or sys.exit(refuse(f'there is no program "{name}", neither in the site\'s virtual environment nor on this host'))


def configured(names: list[str]) -> list[str]:
    """The words of a process or a scheduled command. What it takes is limited as gunicorn's workers are."""
    with open(COMMANDS, encoding="utf-8") as file:
        known = json.load(file)
    if len(names) != 1 or names[0] not in known["commands"]:
        sys.exit(refuse(f"{COMMANDS} has no command {' '.join(names)}"))
    limit = known["memoryMb"] << 20
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
    with open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("600")
    return known["commands"][names[0]]


def read_variables(path: str) -> dict[bytes, bytes]:
    with open(path, "rb") as file:
        entries = [entry for entry in file.read().split(b"\0") if entry]
    return dict(entry.split(b"=", 1) for entry in entries)


def base_environment(user: pwd.struct_passwd, release: str) -> dict[bytes, bytes]:
    values = {
        "PATH": f"{release}/venv/bin:/usr/local/bin:/usr/bin:/bin",
        "HOME": user.pw_dir,
        "USER": user.pw_name,
        "LOGNAME": user.pw_name,
        "LANG": "C.UTF-8",
        "VIRTUAL_ENV": f"{release}/venv",
        # Output reaches the logs at once; releases are read-only, their bytecode is made when they are built.
        "PYTHONUNBUFFERED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        # One heap for all threads, more or less: a third less memory.
        "MALLOC_ARENA_MAX": "2",
    }
    return {name.encode(): os.fsencode(value) for name, value in values.items()}


def catching_mail(variables: dict[bytes, bytes]) -> dict[bytes, bytes]:
    """Where a stack catches mail, Python imports what does that; a path that the site has set comes after it."""
    if b"TRINODE_CAUGHT_MAIL" not in variables:
        return variables
    paths = [CAUGHT, variables.get(b"PYTHONPATH", b"")]
    return variables | {b"PYTHONPATH": b":".join(filter(None, paths))}


def passed_on() -> dict[bytes, bytes]:
    names = (b"TRINODE_BIND", b"TRINODE_WORKERS", b"TERM", b"PGOPTIONS")
    return {name: os.environb[name] for name in names if name in os.environb}


def refuse(sentence: str) -> int:
    print(f"trinode: {sentence}", file=sys.stderr)
    return 78


if __name__ == "__main__":
    main()
