#!/usr/bin/python3 -I
"""Reads a copy to its end and holds it against the manifest in it.

usage: backup_verify.py <TAR    what a repository gives back; it has checked each block against its hash on the way
Output: JSON {at, files, bytes, sha256}: of the dump, or of the list of all uploads with theirs.
Exit: 0 it is what was put there; 1 it is not, with the reason on standard error.
"""

import datetime
import hashlib
import json
import sys
import tarfile


def main() -> None:
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as archive:
        manifest, found = read(archive)
    if manifest is None:
        sys.exit("trinode: there is no manifest in it")
    verdict = judge_dump(manifest, found) if manifest["part"] == "database" else judge_files(manifest, found)
    now = datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    print(json.dumps({"at": now, **verdict}))


def read(archive: tarfile.TarFile) -> tuple[dict | None, dict]:
    """The manifest, and size and hash of every file."""
    manifest, found = None, {}
    for member in archive:
        content = archive.extractfile(member) if member.isfile() else None
        if content is None:
            continue
        name = member.name.lstrip("/")
        if name == "manifest.json":
            manifest = json.load(content)
            continue
        digest, size = hashlib.sha256(), 0
        while part := content.read(1 << 20):
            digest.update(part)
            size += len(part)
        found[name] = (size, digest.hexdigest())
    return manifest, found


def judge_dump(manifest: dict, found: dict) -> dict:
    size, digest = found.get("database.dump", (0, ""))
    if digest != manifest["sha256"]:
        sys.exit(f"trinode: the dump in it has another checksum ({size} bytes in place of {manifest['bytes']})")
    return {"files": 1, "bytes": size, "sha256": digest}


def judge_files(manifest: dict, found: dict) -> dict:
    """Uploads come and go while they are copied: what is there is what counts, and none at all where there were some is wrong."""
    top = manifest["media"].strip("/") + "/"
    media = {name: entry for name, entry in found.items() if name.startswith(top)}
    if manifest["files"] and not media:
        sys.exit(f"trinode: there are none of the {manifest['files']} uploads in it")
    listed = "".join(f"{digest}  {name.removeprefix(top)}\n" for name, (_, digest) in sorted(media.items()))
    return {
        "files": len(media),
        "bytes": sum(size for size, _ in media.values()),
        # Names are bytes, which need not be UTF-8: backup_uploads.py does the same.
        "sha256": hashlib.sha256(listed.encode(errors="surrogateescape")).hexdigest(),
    }


if __name__ == "__main__":
    main()
