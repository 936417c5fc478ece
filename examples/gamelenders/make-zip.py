#!/usr/bin/env python3
"""Makes gamelenders.zip, the site as it is delivered: all of site/ under one folder gamelenders/.

The same site gives the same bytes, on any machine: entries are sorted, dated 1980, with fixed
rights, and stored without compression (compressed bytes differ between versions of zlib).

Usage: make-zip.py [FILE]      FILE is gamelenders.zip beside this script unless given.
"""

import os
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOP = "gamelenders"
# What running the site leaves behind; it is no part of it.
LEFT_BEHIND = {"__pycache__", "db.sqlite3", "media", "staticfiles"}


def site_files(site):
    """The files to deliver, as paths inside the site, sorted. Hidden ones stay here."""
    paths = (path.relative_to(site) for path in site.rglob("*") if path.is_file())
    return sorted(
        (
            path
            for path in paths
            if not LEFT_BEHIND & set(path.parts)
            and not any(part.startswith(".") for part in path.parts)
        ),
        key=lambda path: path.as_posix(),
    )


def make_zip(target, site=HERE / "site"):
    """Writes the zip beside its place, then renames it. Returns the number of files in it."""
    files = site_files(site)
    handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with (
            open(handle, "wb") as file,
            zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive,
        ):
            for path in files:
                entry = zipfile.ZipInfo(f"{TOP}/{path.as_posix()}", (1980, 1, 1, 0, 0, 0))
                entry.create_system = 3  # Unix, wherever it is made
                entry.external_attr = (0o100755 if path.name == "manage.py" else 0o100644) << 16
                archive.writestr(entry, (site / path).read_bytes())
        os.chmod(part, 0o644)
        os.replace(part, target)
    except BaseException:
        Path(part).unlink(missing_ok=True)
        raise
    return len(files)


def main(arguments):
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__.strip())
        return 0 if len(arguments) == 1 else 2
    target = Path(arguments[0] if arguments else HERE / f"{TOP}.zip").resolve()
    try:
        count = make_zip(target)
    except OSError as error:
        print(f"make-zip.py: {target} was not made: {error}", file=sys.stderr)
        return 1
    print(f"{target}: {count} files, {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
