"""What is delivered: the zip, and the dump with it. Run: python -m unittest test_delivery"""

import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SITE = HERE / "site"
DUMP = HERE / "dump" / "gamelenders.sql"


def make_zip(script, *arguments):
    return subprocess.run(
        [sys.executable, script, *arguments], capture_output=True, text=True, check=False
    )


def copied_rows(table):
    """The rows of a table in the dump, each as column → text."""
    pattern = rf"^COPY public\.{table} \(([^)]*)\) FROM stdin;\n(.*?)^\\\.$"
    columns, rows = re.search(pattern, DUMP.read_text(), re.M | re.S).groups()
    names = columns.split(", ")
    return [dict(zip(names, row.split("\t"), strict=True)) for row in rows.splitlines()]


class ZipTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def made(self, script=HERE / "make-zip.py"):
        target = self.folder / "gamelenders.zip"
        done = make_zip(script, target)
        self.assertEqual(done.returncode, 0, done.stderr)
        return target

    def test_has_one_folder_with_the_site_and_nothing_else(self):
        with zipfile.ZipFile(self.made()) as archive:
            self.assertIsNone(archive.testzip())
            names = archive.namelist()
            manage = archive.getinfo("gamelenders/manage.py").external_attr >> 16
        self.assertEqual({name.split("/")[0] for name in names}, {"gamelenders"})
        self.assertEqual(stat.filemode(manage), "-rwxr-xr-x")
        for needed in (
            "requirements.txt",
            "gamelenders/wsgi.py",
            "lending/static/lending/site.css",
        ):
            self.assertIn(f"gamelenders/{needed}", names)
        self.assertIn("gamelenders/lending/locale/fr/LC_MESSAGES/django.mo", names)

    def test_is_the_same_from_any_copy_whatever_was_left_behind_there(self):
        copy = self.folder / "copy"
        shutil.copytree(SITE, copy / "site", ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(HERE / "make-zip.py", copy)
        for left in ("db.sqlite3", "media/games/a.webp", "staticfiles/b.css", ".env"):
            path = copy / "site" / left
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("left behind")
        for path in copy.rglob("*"):
            os.utime(path, (1, 1))
            if path.is_file():
                path.chmod(0o600)
        first = self.made().read_bytes()
        self.assertEqual(self.made(copy / "make-zip.py").read_bytes(), first)

    def test_says_why_it_cannot_be_made_and_leaves_nothing(self):
        done = make_zip(HERE / "make-zip.py", self.folder / "missing" / "site.zip")
        self.assertEqual(done.returncode, 1)
        self.assertIn("was not made", done.stderr)
        self.assertEqual(list(self.folder.iterdir()), [])


class DumpTests(unittest.TestCase):
    def test_games_have_covers_that_the_site_has(self):
        games = copied_rows("lending_game")
        self.assertEqual(len(games), 12)
        for game in games:
            self.assertTrue((SITE / "lending" / "static" / game["cover"]).is_file(), game["cover"])

    def test_the_demo_user_signs_in_with_the_password_of_the_readme_and_the_admin_with_none(self):
        from django.conf import settings
        from django.contrib.auth.hashers import check_password, is_password_usable

        if not settings.configured:
            settings.configure()
        users = {user["username"]: user for user in copied_rows("auth_user")}
        self.assertEqual(sorted(users), ["admin", "camille", "demo"])
        self.assertTrue(check_password("demo-gamelenders", users["demo"]["password"]))
        self.assertFalse(is_password_usable(users["admin"]["password"]))
        self.assertIn("`demo-gamelenders`", (HERE / "README.md").read_text())

    def test_is_older_than_the_site_by_migrations_which_are_still_to_come(self):
        applied = {
            row["name"] for row in copied_rows("django_migrations") if row["app"] == "lending"
        }
        known = {path.stem for path in (SITE / "lending" / "migrations").glob("0*.py")}
        self.assertLess(applied, known)

    def test_belongs_to_somebody_else_as_dumps_do(self):
        text = DUMP.read_text()
        self.assertIn("OWNER TO gamelenders_dba;", text)
        self.assertIn("GRANT SELECT ON TABLE public.lending_game TO gl_reporting;", text)
        self.assertIn("SET default_table_access_method = heap;", text)
        self.assertNotIn("\\restrict", text)


if __name__ == "__main__":
    unittest.main()
