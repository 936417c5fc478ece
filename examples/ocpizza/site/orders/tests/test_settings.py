"""Production's settings, as a server loads them: in a process of their own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import TestCase

from django.conf import settings

NEEDED = {
    "ENV": "production",
    "DJANGO_SECRET_KEY": "a-key-that-is-long-enough-for-the-check-0123456789-abcdefghij",
    "POSTGRES_HOST": "127.0.0.1",
    "POSTGRES_PORT": "6432",
    "POSTGRES_DATABASE": "ocpizza",
    "POSTGRES_USER": "pizzaiolo",
    "POSTGRES_PASSWORD": "p=a s'w%rd#1",
    "ALLOWED_HOSTS": "www.ocpizza.test, ocpizza.test",
    "MAPS_API_KEY": "maps",
    "PAYPAL_API_KEY": "paypal",
}


def run(*arguments, directory=settings.BASE_DIR, **environment):
    """manage.py with this environment alone."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603 (our own manage.py)
        [sys.executable, "manage.py", *arguments],
        cwd=directory,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def value(expression, **where):
    """An expression of `settings`, evaluated there."""
    code = f"import json; from django.conf import settings; print(json.dumps({expression}))"
    done = run("shell", "--no-imports", "-c", code, **where)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


DATABASE = "[settings.DATABASES['default'][key] for key in ('HOST', 'PORT', 'NAME', 'USER', 'PASSWORD')]"
WANTED = ["127.0.0.1", 6432, "ocpizza", "pizzaiolo", "p=a s'w%rd#1"]


class ProductionTests(TestCase):
    def test_passes_django_s_checks_for_deployment(self):
        done = run("check", "--deploy", "--fail-level", "WARNING", **NEEDED)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_names_everything_that_is_missing_at_once(self):
        done = run("check", ENV="production", POSTGRES_HOST="127.0.0.1")
        self.assertIn(
            "DJANGO_SECRET_KEY, POSTGRES_DATABASE, POSTGRES_USER, POSTGRES_PASSWORD, ALLOWED_HOSTS.",
            done.stderr,
        )

    def test_takes_the_dossier_s_variables_from_the_environment(self):
        self.assertEqual(value(DATABASE, **NEEDED), WANTED)
        keys = "[settings.MAPS_API_KEY, settings.PAYPAL_API_KEY, settings.SECRET_KEY]"
        self.assertEqual(value(keys, **NEEDED), ["maps", "paypal", NEEDED["DJANGO_SECRET_KEY"]])

    def test_takes_them_from_a_file_and_the_environment_has_the_last_word(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "site"
            ignored = shutil.ignore_patterns("__pycache__", ".env", "db.sqlite3", "staticfiles")
            shutil.copytree(settings.BASE_DIR, copy, ignore=ignored)
            quoted = (value.replace("'", "\\'") for value in NEEDED.values())
            lines = (f"{name}='{text}'\n" for name, text in zip(NEEDED, quoted, strict=True))
            (copy / ".env").write_text("".join(lines))
            self.assertEqual(value(DATABASE, directory=copy), WANTED)
            found = value("settings.ALLOWED_HOSTS", directory=copy, ALLOWED_HOSTS="other.test")
            self.assertEqual(found, ["other.test"])
