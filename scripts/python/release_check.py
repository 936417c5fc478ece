"""Run by a new release's Python, as the site, before it goes live: imports are proven, `check --deploy` is reported, static
files are collected.

usage: release_check.py WSGI STATIC MEDIA      module:name; the directories that settings are expected to name, or ""
Exit: 0 fit to go on, 1 not (the reason is on standard error).
"""

import importlib
import os
import sys
import traceback


def main(wsgi: str, static: str, media: str) -> None:
    sys.path.insert(0, os.getcwd())
    load(wsgi)
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.core.management.base import CommandError, SystemCheckError

    try:
        call_command("check", deploy=True, no_color=True, stdout=sys.stderr)
    except (SystemCheckError, CommandError) as error:
        sys.exit(f"trinode: manage.py check finds errors\n{error}")
    expect("MEDIA_ROOT", "app.media.directory", settings.MEDIA_ROOT, media)
    if apps.is_installed("django.contrib.staticfiles") and settings.STATIC_ROOT:
        expect("STATIC_ROOT", "app.static.directory", settings.STATIC_ROOT, static)
        call_command("collectstatic", interactive=False, verbosity=0)


def load(wsgi: str) -> None:
    module, _, name = wsgi.partition(":")
    try:
        getattr(importlib.import_module(module), name or "application")
    except BaseException:  # a site may well call sys.exit while it is imported
        lines = traceback.format_exc().splitlines()
        sys.exit("\n".join([f"trinode: the site can't be imported ({wsgi})", *lines[-12:]]))


def expect(setting: str, key: str, root: object, directory: str) -> None:
    """A setting and the configuration must mean the same directory; links count as what they lead to."""
    if root and directory and os.path.realpath(str(root)) != os.path.realpath(directory):
        sys.exit(
            f"trinode: settings say {setting} = {root}, trinode:{key} means {directory}. "
            f"Set trinode:{key} to the directory that {setting} names, as a path from the project or an absolute one."
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
