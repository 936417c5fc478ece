#!/usr/bin/python3 -I
"""Brings supervisor to the programs that are configured beside gunicorn, each with the release and the variables that serve.

What is as it should be is left alone; what is not configured any more is stopped and taken out; a program that is stopped gets
its signal and its time. Programs are changed side by side.

usage: process_apply.py
Output: names of programs that don't stay up, a line each. Exit: 0 all run, 1 some don't, 2 supervisor can't be asked.
"""

import configparser
import hashlib
import http.client
import json
import os
import pathlib
import shutil
import socket
import sys
import time
import xmlrpc.client

SOCKET = "/run/supervisor.sock"
WANTED = pathlib.Path("/etc/trinode/processes.conf")
LIVE = pathlib.Path("/etc/supervisor/conf.d/trinode-processes.conf")
COMMANDS = pathlib.Path("/etc/trinode/commands.json")
# What each program was last seen to run with.
MARKS = pathlib.Path("/var/lib/trinode/processes")
PREFIX = "process_"
# Beyond startsecs and the time that supervisor takes between two looks.
PATIENCE = 30


class Transport(xmlrpc.client.Transport):
    def make_connection(self, host: object) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(SOCKET)
        return connection


def main() -> None:
    before, wanted = programs(LIVE), programs(WANTED)
    if not before and not wanted:
        return
    supervisor = xmlrpc.client.ServerProxy("http://localhost", Transport()).supervisor
    try:
        crashed = bring(supervisor, before, wanted)
    except OSError as error:
        print(f"trinode: supervisor does not answer: {error}", file=sys.stderr)
        sys.exit(2)
    for name in crashed:
        print(name.removeprefix(PREFIX))
    sys.exit(1 if crashed else 0)


def programs(path: pathlib.Path) -> dict[str, dict[str, str]]:
    """The programs of a file, by supervisor's name; none when it is not there."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=(" ;",))
    parser.read(path)
    return {section.removeprefix("program:"): dict(parser[section]) for section in parser.sections()}


def bring(supervisor, before: dict, wanted: dict) -> list[str]:
    put_in_place(bool(wanted))
    added, changed, removed = ({*names} & (before.keys() | wanted.keys()) for names in supervisor.reloadConfig()[0])
    marks = {name: fingerprint(name, program) for name, program in wanted.items()}
    stale = {name for name in wanted if mark(name) != marks[name] or not all_run(supervisor, name)} - added - changed
    seconds = max([int(program["stopwaitsecs"]) for program in (before | wanted).values()])
    stop(supervisor, (changed | removed | stale) & groups(supervisor), seconds + PATIENCE)
    for name in changed | removed:
        supervisor.removeProcessGroup(name)
        (MARKS / name).unlink(missing_ok=True)
    for name in added | changed:
        supervisor.addProcessGroup(name)
    for name in stale:
        supervisor.startProcessGroup(name, False)
    crashed = sorted(name for name in added | changed | stale if not stays_up(supervisor, name, wanted[name]))
    for name in marks.keys() - {*crashed}:
        MARKS.mkdir(mode=0o700, parents=True, exist_ok=True)
        (MARKS / name).write_text(marks[name])
    return crashed


def put_in_place(any_wanted: bool) -> None:
    if not any_wanted:
        LIVE.unlink(missing_ok=True)
        return
    part = LIVE.with_suffix(".new")
    shutil.copyfile(WANTED, part)
    part.replace(LIVE)


def fingerprint(name: str, program: dict[str, str]) -> str:
    """All that a process of this program has read at its start."""
    about = json.loads(COMMANDS.read_text())
    parts = [
        os.path.realpath(pathlib.Path(program["directory"], "current")).encode(),
        pathlib.Path("/etc/trinode/app.env").read_bytes(),
        json.dumps([program["user"], about["memoryMb"], about["commands"][name.removeprefix(PREFIX)]]).encode(),
    ]
    return hashlib.sha256(b"\0\0".join(parts)).hexdigest()


def mark(name: str) -> str:
    try:
        return (MARKS / name).read_text()
    except FileNotFoundError:
        return ""


def groups(supervisor) -> set[str]:
    return {process["group"] for process in supervisor.getAllProcessInfo()}


def processes(supervisor, group: str) -> list[dict]:
    return [process for process in supervisor.getAllProcessInfo() if process["group"] == group]


def all_run(supervisor, group: str) -> bool:
    return all(process["statename"] == "RUNNING" for process in processes(supervisor, group))


def stop(supervisor, names: set[str], seconds: float) -> None:
    """All of them at once; supervisor itself kills those that take too long."""
    for name in names:
        supervisor.stopProcessGroup(name, False)
    deadline = time.monotonic() + seconds
    stopped = ("STOPPED", "EXITED", "FATAL")
    while any(process["statename"] not in stopped for name in names for process in processes(supervisor, name)):
        if time.monotonic() > deadline:
            sys.exit(f"trinode: supervisor does not stop {', '.join(sorted(names))}")
        time.sleep(0.2)


def stays_up(supervisor, group: str, program: dict[str, str]) -> bool:
    deadline = time.monotonic() + int(program["startsecs"]) + PATIENCE
    while time.monotonic() < deadline:
        states = {process["statename"] for process in processes(supervisor, group)}
        if states == {"RUNNING"}:
            return True
        if states & {"BACKOFF", "FATAL", "EXITED"}:
            return False
        time.sleep(0.2)
    return False


if __name__ == "__main__":
    main()
