#!/usr/bin/python3 -I
"""Files of variables: NAME=VALUE ended by NUL each, in any bytes.

usage: app_env.py merge FILE OVER        what both have, OVER over FILE; a file that is not there is empty
       app_env.py names FILE             one a line
       app_env.py set FILE NAME <VALUE   sets one; without a line's end that a shell has put after the value
       app_env.py unset FILE NAME
Files are written beside and renamed, 0600. Exit: 0, 1 with the reason on standard error.
"""

import os
import re
import sys


def main(verb: str, path: str, *more: str) -> None:
    variables = read(path)
    if verb == "merge":
        sys.stdout.buffer.write(encode(variables | read(more[0])))
    elif verb == "names":
        print("".join(f"{os.fsdecode(name)}\n" for name in sorted(variables)), end="")
    elif verb == "set":
        write(path, variables | {name_of(more[0]): value_of(sys.stdin.buffer.read())})
    elif verb == "unset":
        if os.fsencode(more[0]) not in variables:
            sys.exit(f'trinode: "{more[0]}" was not changed on this server')
        write(path, {name: value for name, value in variables.items() if name != os.fsencode(more[0])})


def read(path: str) -> dict[bytes, bytes]:
    try:
        with open(path, "rb") as file:
            entries = [entry for entry in file.read().split(b"\0") if entry]
    except FileNotFoundError:
        return {}
    return dict(entry.split(b"=", 1) for entry in entries)


def encode(variables: dict[bytes, bytes]) -> bytes:
    return b"".join(name + b"=" + value + b"\0" for name, value in sorted(variables.items()))


def write(path: str, variables: dict[bytes, bytes]) -> None:
    part = f"{path}.part"
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(encode(variables))
        file.flush()
        os.fsync(file.fileno())
    os.rename(part, path)


def name_of(name: str) -> bytes:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        sys.exit(f'trinode: "{name}" is not a variable\'s name. Use letters, digits and _, no digit first.')
    return name.encode()


def value_of(value: bytes) -> bytes:
    if b"\0" in value:
        sys.exit("trinode: a variable's value can't hold a NUL")
    return value.removesuffix(b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
