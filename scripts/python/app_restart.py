#!/usr/bin/python3 -I
"""Restarts the site's processes one after the other: the next goes only when the one before takes requests again.

usage: app_restart.py GROUP SINCE [SECONDS]     GROUP: supervisor's; SINCE: a process started after this moment (seconds
                                                since 1970) is new already; SECONDS: time for each to be ready, default 60
Exit: 0 all are new and ready, 1 one did not get ready (the others were left alone), 2 supervisor can't be asked.
"""

import http.client
import os
import socket
import sys
import time
import xmlrpc.client

SOCKET = "/run/supervisor.sock"
READY = "/run/trinode-app"


class Transport(xmlrpc.client.Transport):
    def make_connection(self, host: object) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection("localhost")
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.connect(SOCKET)
        return connection


class Group:
    def __init__(self, name: str) -> None:
        self.name = name
        self.supervisor = xmlrpc.client.ServerProxy("http://localhost", Transport()).supervisor

    def processes(self) -> list[dict]:
        return [process for process in self.supervisor.getAllProcessInfo() if process["group"] == self.name]

    def info(self, process: dict) -> dict:
        return self.supervisor.getProcessInfo(f"{self.name}:{process['name']}")

    def restart(self, process: dict) -> None:
        name = f"{self.name}:{process['name']}"
        if process["statename"] in ("RUNNING", "STARTING", "BACKOFF"):
            try:
                self.supervisor.stopProcess(name)
            except xmlrpc.client.Fault as fault:
                if "NOT_RUNNING" not in fault.faultString:
                    raise
        try:
            self.supervisor.startProcess(name, False)
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise

    def wait_ready(self, process: dict, seconds: float) -> None:
        """Ready is what gunicorn.conf.py says once a worker has loaded the site; two pids in a row say that it crashed."""
        deadline, first = time.monotonic() + seconds, 0
        while time.monotonic() < deadline:
            now = self.info(process)
            first = first or now["pid"]
            if now["pid"] and is_ready(now):
                return
            if now["statename"] in ("BACKOFF", "FATAL", "EXITED") or (now["pid"] and now["pid"] != first):
                sys.exit(f"trinode: {process['name']} ends again as soon as it is started")
            time.sleep(0.05)
        sys.exit(f"trinode: {process['name']} did not get ready within {seconds:.0f} s")


def is_ready(process: dict) -> bool:
    """An older file is that of a process which had the same number before."""
    try:
        return os.stat(f"{READY}/{process['pid']}.ready").st_mtime >= process["start"]
    except FileNotFoundError:
        return False


def forget_the_dead() -> None:
    for name in os.listdir(READY):
        pid = name.removesuffix(".ready")
        if pid.isdigit() and not os.path.exists(f"/proc/{pid}"):
            os.unlink(f"{READY}/{name}")


def main(name: str, since: str, seconds: str = "60") -> None:
    group = Group(name)
    try:
        processes = group.processes()
    except OSError as error:
        print(f"trinode: supervisor does not answer: {error}", file=sys.stderr)
        sys.exit(2)
    if not processes:
        print(f"trinode: supervisor knows no program {name}", file=sys.stderr)
        sys.exit(2)
    old = [process for process in processes if not is_new(process, float(since))]
    if not any(process["statename"] == "RUNNING" for process in old):
        # Nobody is served by these: all at once.
        for process in old:
            group.restart(process)
        old = []
    for process in old:
        group.restart(process)
        group.wait_ready(process, float(seconds))
    for process in processes:
        group.wait_ready(process, float(seconds))
    forget_the_dead()


def is_new(process: dict, since: float) -> bool:
    return process["statename"] in ("RUNNING", "STARTING") and process["start"] > since


if __name__ == "__main__":
    main(*sys.argv[1:])
