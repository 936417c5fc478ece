#!/usr/bin/python3 -I
"""Whether restored uploads are those of a backup.

usage: backup_uploads.py DIRECTORY UPLOADS    DIRECTORY: has manifest.json, and verified.json where the copy was read back
Exit: 0 they are; 1 they are not, with the reason on standard error.
"""

import hashlib
import json
import pathlib
import sys


def main(directory: str, uploads: str) -> None:
    top = pathlib.Path(uploads)
    files = sorted(path for path in top.rglob("*") if path.is_file() and not path.is_symlink())
    lines = sorted((str(path.relative_to(top)), digest_of(path)) for path in files)
    listed = "".join(f"{digest}  {name}\n" for name, digest in lines)
    proof = pathlib.Path(directory, "verified.json")
    if proof.exists():
        wanted = json.loads(proof.read_text(encoding="utf-8"))
        if hashlib.sha256(listed.encode(errors="surrogateescape")).hexdigest() != wanted["sha256"]:
            sys.exit(f"trinode: {len(files)} uploads came back, and not the {wanted['files']} that were read back after the backup")
        return
    manifest = json.loads(pathlib.Path(directory, "manifest.json").read_text(encoding="utf-8"))
    if manifest["files"] and not files:
        sys.exit(f"trinode: none of {manifest['files']} uploads came back")


def digest_of(path: pathlib.Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main(*sys.argv[1:])
