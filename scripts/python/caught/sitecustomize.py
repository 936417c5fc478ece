"""Mail of a site whose stack catches it (trinode:mail): Django hands every message to a file, whatever the settings say.

Python imports this when it starts, because app_run.py puts this directory first in PYTHONPATH. Environment: TRINODE_CAUGHT_MAIL, the
directory of the files. Whoever speaks SMTP without Django finds the ports closed: the cloud firewall lets no mail out.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys
import types
from collections.abc import Sequence

CAUGHT = "django.core.mail"
FILES = "django.core.mail.backends.filebased.EmailBackend"


class Catcher(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != CAUGHT:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec and spec.loader:
            load = spec.loader.exec_module

            def load_and_catch(module: types.ModuleType) -> None:
                load(module)
                catch(module)

            spec.loader.exec_module = load_and_catch
        return spec


def catch(mail: types.ModuleType) -> None:
    """All that sends asks this function for the way; what it is told of a server and its password goes no further."""
    connection = mail.get_connection

    def get_connection(backend: str | None = None, fail_silently: bool = False, **_settings: object) -> object:
        return connection(FILES, fail_silently=fail_silently, file_path=os.environ["TRINODE_CAUGHT_MAIL"])

    mail.get_connection = get_connection


if os.environ.get("TRINODE_CAUGHT_MAIL"):
    sys.meta_path.insert(0, Catcher())
