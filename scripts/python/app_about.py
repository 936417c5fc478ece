"""What the site is made of, and whether its mail server can be reached; run with its own Python and variables.

Prints a line for each: STATE <tab> NAME <tab> TEXT <tab> REMEDY.
"""

import importlib.metadata
import os
import platform
import smtplib
import ssl
import sys

SECONDS = 8


def main() -> None:
    tell("fact", "versions", ", ".join([f"Python {platform.python_version()}", *map(version, ("Django", "gunicorn"))]))
    # A script's own directory is first otherwise.
    sys.path[0] = os.getcwd()
    try:
        from django.conf import settings

        settings.DEBUG  # noqa: B018 settings are read at the first look
    except Exception as error:
        tell("unwell", "settings", f"can't be read: {error}", "See why: ./site run -- manage.py check")
        return
    if settings.DEBUG:
        tell("unwell", "debug", "DEBUG is on: visitors see the site's insides when something fails", "Turn it off in the settings")
    tell_mail(settings)


def version(package: str) -> str:
    try:
        return f"{package} {importlib.metadata.version(package)}"
    except importlib.metadata.PackageNotFoundError:
        return f"no {package}"


def tell_mail(settings: object) -> None:
    """Up to where a message would be handed over; none is sent."""
    if not settings.EMAIL_BACKEND.endswith(".smtp.EmailBackend"):
        tell("fact", "mail", f"is not sent by SMTP ({settings.EMAIL_BACKEND})")
        return
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        how = greet(settings)
    except (OSError, smtplib.SMTPException) as error:
        remedy = "Check the site's mail settings; new Linode accounts have 25, 465 and 587 blocked: ask Linode's support"
        tell("unwell", "mail", f"{where} is not reached: {reason(error)}", remedy)
    else:
        tell("well", "mail", f"{where} takes mail ({how})")


def greet(settings: object) -> str:
    context = ssl.create_default_context()
    if settings.EMAIL_USE_SSL:
        with smtplib.SMTP_SSL(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SECONDS, context=context) as server:
            server.ehlo_or_helo_if_needed()
            return "TLS"
    with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT, timeout=SECONDS) as server:
        server.ehlo_or_helo_if_needed()
        if not settings.EMAIL_USE_TLS:
            return "not encrypted"
        server.starttls(context=context)
        server.ehlo()
        return "STARTTLS"


def reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS} s"
    return " ".join(str(error).split()) or type(error).__name__


def tell(state: str, name: str, text: str, remedy: str = "") -> None:
    print(state, name, text, remedy, sep="\t", flush=True)


if __name__ == "__main__":
    main()
