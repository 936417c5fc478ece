#!/usr/bin/python3 -I
"""Asks the site as the web server would, and says whether the answer is good.

usage: app_probe.py ADDRESS [SECONDS [PID]]
    ADDRESS: `unix:/path` or `host:port`; SECONDS: how long to try, default 10; PID: no more tries once this process is gone
Environment: DOMAIN (sent as Host), HEALTH_PATH, HEALTH_STATUS, HEALTH_TEXT (must be in the answer; may be empty).
Exit: 0 good, 1 not (the reason is on standard error).
"""

import http.client
import os
import socket
import sys
import time


class UnixConnection(http.client.HTTPConnection):
    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.host)


def main(address: str, seconds: str = "10", pid: str = "") -> None:
    deadline = time.monotonic() + float(seconds)
    while True:
        try:
            status, location, body = ask(address, max(1.0, deadline - time.monotonic()))
            break
        except (ConnectionRefusedError, FileNotFoundError) as error:
            reason = str(error)
            if time.monotonic() > deadline or (pid and ended(pid)):
                sys.exit(f"trinode: nothing answers on {address}: {reason}")
            time.sleep(0.05)
        except (OSError, http.client.HTTPException) as error:
            sys.exit(f"trinode: no answer from {address}: {error or type(error).__name__}")
    judge(status, location, body)


def ended(pid: str) -> bool:
    """Gone, or dead and waiting to be noticed."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def ask(address: str, timeout: float) -> tuple[int, str, bytes]:
    kind = UnixConnection(address[5:], timeout=timeout) if address.startswith("unix:") else None
    connection = kind or http.client.HTTPConnection(address, timeout=timeout)
    headers = {"Host": os.environ["DOMAIN"], "X-Forwarded-Proto": "https", "X-Forwarded-For": "127.0.0.1"}
    connection.request("GET", os.environ["HEALTH_PATH"], headers=headers | {"User-Agent": "trinode", "Connection": "close"})
    answer = connection.getresponse()
    return answer.status, answer.getheader("Location", ""), answer.read()


def judge(status: int, location: str, body: bytes) -> None:
    path, wanted, text = (os.environ[name] for name in ("HEALTH_PATH", "HEALTH_STATUS", "HEALTH_TEXT"))
    if status != int(wanted):
        where = f" to {location}" if location else ""
        sys.exit(f"trinode: {path} of {os.environ['DOMAIN']} answers {status}{where} instead of {wanted}")
    if text.encode() not in body:
        sys.exit(f'trinode: {path} of {os.environ["DOMAIN"]} answers {status}, but without "{text}"')


if __name__ == "__main__":
    main(*sys.argv[1:])
