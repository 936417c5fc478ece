"""Production's settings, as a server loads them: in a process of their own."""

import json
import os
import socket
import subprocess
import sys
from unittest import TestCase

from django.conf import settings

NEEDED = {
    "SECRET_KEY": "a-key-that-is-long-enough-for-the-check-0123456789-abcdefghij",
    "ALLOWED_HOSTS": "www.gamelenders.test, gamelenders.test",
    "HOST": "127.0.0.1",
    "SQL_PASSWORD": "p=a s'w%rd",
}


def run(*arguments, **environment):
    """manage.py under production's settings and this environment alone."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return subprocess.run(  # noqa: S603 (our own manage.py)
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**kept, "DJANGO_SETTINGS_MODULE": "gamelenders.settings.production", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def value(expression, **environment):
    """An expression of `settings`, evaluated there."""
    code = f"import json; from django.conf import settings; print(json.dumps({expression}))"
    done = run("shell", "--no-imports", "-c", code, **{**NEEDED, **environment})
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class ProductionTests(TestCase):
    def test_passes_django_s_checks_for_deployment(self):
        done = run("check", "--deploy", "--fail-level", "WARNING", **NEEDED)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("no issues", done.stdout)

    def test_names_everything_that_is_missing_at_once(self):
        done = run("check", HOST="127.0.0.1", SECRET_KEY="")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn(
            "Set in the environment: SECRET_KEY, ALLOWED_HOSTS, SQL_PASSWORD.", done.stderr
        )

    def test_names_a_value_that_makes_no_sense(self):
        for name, wrong, right in (
            ("SQL_PORT", "five", "a whole number"),
            ("EMAIL_USE_TLS", "perhaps", "true or false"),
        ):
            done = run("check", **NEEDED, **{name: wrong})
            self.assertIn(f"{name} is '{wrong}': set it to {right}.", done.stderr)

    def test_database(self):
        database = value("settings.DATABASES['default']")
        self.assertEqual(
            {key: database[key] for key in ("HOST", "PORT", "NAME", "USER", "PASSWORD")},
            {
                "HOST": "127.0.0.1",
                "PORT": 5432,
                "NAME": "ocrprojet13",
                "USER": "gamelenders",
                "PASSWORD": "p=a s'w%rd",
            },
        )
        self.assertGreater(database["CONN_MAX_AGE"], 0)
        self.assertTrue(database["CONN_HEALTH_CHECKS"])
        self.assertEqual(
            value(
                "[settings.DATABASES['default'][key] for key in ('PORT', 'NAME', 'USER')]",
                SQL_PORT="6432",
                SQL_NAME="other",
                SQL_USER="somebody",
            ),
            [6432, "other", "somebody"],
        )

    def test_lists_are_comma_separated(self):
        lists = value(
            "[settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS,"
            " settings.SECRET_KEY_FALLBACKS]",
            CSRF_TRUSTED_ORIGINS="https://a.test,https://b.test",
            SECRET_KEY_FALLBACKS="old , older",
        )
        self.assertEqual(
            lists,
            [
                ["www.gamelenders.test", "gamelenders.test"],
                ["https://a.test", "https://b.test"],
                ["old", "older"],
            ],
        )

    def test_mail_is_off_without_a_server_and_smtp_with_one(self):
        self.assertIn("dummy", value("settings.EMAIL_BACKEND"))
        mail = value(
            "[settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT,"
            " settings.EMAIL_USE_TLS, settings.DEFAULT_FROM_EMAIL]",
            EMAIL_HOST="mail.test",
            EMAIL_PORT="2525",
            EMAIL_USE_TLS="false",
        )
        smtp = "django.core.mail.backends.smtp.EmailBackend"
        self.assertEqual(mail, [smtp, "mail.test", 2525, False, "gamelenders@www.gamelenders.test"])

    def test_files_are_where_the_environment_says(self):
        roots = "[str(settings.STATIC_ROOT), str(settings.MEDIA_ROOT)]"
        self.assertEqual(value(roots, STATIC_ROOT="/s", MEDIA_ROOT="/m"), ["/s", "/m"])
        inside = str(settings.BASE_DIR)
        self.assertEqual(value(roots), [f"{inside}/staticfiles", f"{inside}/media"])

    def test_plain_http_is_sent_to_https_except_health_checks(self):
        answers = self.ask("/accounts/login/", "/health/")
        self.assertEqual(answers[0][::2], [301, "https://gamelenders.test/accounts/login/"])
        self.assertEqual(answers[1], [503, "database unavailable", None])

    def test_unknown_names_are_refused(self):
        self.assertEqual(self.ask("/health/", host="other.test")[0][0], 400)

    @staticmethod
    def ask(*paths, host="gamelenders.test"):
        """Status, text and new location of pages asked for by http, with the database away."""
        code = f"""
import json
from django.test import Client
answers = [Client().get(path, headers={{"host": {host!r}}}) for path in {paths!r}]
print(json.dumps([[a.status_code, a.text, a.get("Location")] for a in answers]))
"""
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # not listening: a connection is refused
            port = str(closed.getsockname()[1])
            done = run("shell", "--no-imports", "-c", code, **NEEDED, SQL_PORT=port)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)
