"""Tries the mail server that the site's settings name, as the site would: connects, encrypts, logs in, sends nothing.

usage: python - <mail_probe.py, by the site's Python with its variables, where its modules are.
Output: one line of JSON: {"mail": "works" | "off" | "fails", "server": "host:port", "why": "…"}; off when the settings name no SMTP server.
What is wrong, and what to do, is on standard error. Exit: 0.
"""

import json
import os
import smtplib
import socket
import ssl
import sys

from django.core import mail
from django.core.mail.backends.smtp import EmailBackend

SECONDS = 5
BLOCKED = (25, 465, 587)


def main() -> None:
    # A script's own directory is first otherwise.
    sys.path[0] = os.getcwd()
    backend = mail.get_connection(fail_silently=False)
    if not isinstance(backend, EmailBackend) or not named(backend):
        return tell("off")
    server = f"{backend.host}:{backend.port}"
    backend.timeout = SECONDS
    try:
        backend.open()
        backend.close()
    except (OSError, smtplib.SMTPException, ssl.SSLError) as error:
        why = reason(error)
        print(f"mail: {server} does not take the site's mail: {why} {remedy(error, backend.port)}", file=sys.stderr)
        return tell("fails", server=server, why=why)
    tell("works", server=server)


def named(backend: EmailBackend) -> bool:
    """Django's own default stands where a site has named no server."""
    return bool(backend.host) and (backend.host, int(backend.port)) != ("localhost", 25)


def reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        return f"it says {error.smtp_code} {said.decode(errors='replace') if isinstance(said, bytes) else said}."
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS} s."
    return f"{error or type(error).__name__}."


def remedy(error: Exception, port: int) -> str:
    if isinstance(error, TimeoutError) and int(port) in BLOCKED:
        return (
            "Linode blocks outgoing 25, 465 and 587 on new accounts: open a ticket with Linode's support to have that "
            "lifted, or use another port of your mail provider, often 2525."
        )
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return "Check the user and the password."
    if isinstance(error, socket.gaierror):
        return "Check the server's name."
    return "Check the server's name, its port, and whether it wants TLS."


def tell(state: str, **more: str) -> None:
    print(json.dumps({"mail": state, **more}))


if __name__ == "__main__":
    main()
