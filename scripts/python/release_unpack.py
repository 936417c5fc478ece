#!/usr/bin/python3 -I
"""Unpacks a release's archive, when everything in it is fit to be on a server.

usage: release_unpack.py DIRECTORY SHA256 <ARCHIVE      ARCHIVE: a gzipped tar; SHA256: of the tar;
                                                     DIRECTORY: exists and is empty
Exit: 0 unpacked, 1 refused (the reason is on standard error, nothing has been written).
"""

import gzip
import hashlib
import os
import posixpath
import sys
import tarfile

MOST_FILES = 50_000
MOST_BYTES = 1 << 30


def main(directory: str, sha256: str) -> None:
    if tar_sha256() != sha256:
        sys.exit("trinode: the site's archive did not arrive whole; run it again")
    sys.stdin.buffer.seek(0)
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r:gz") as tar:
        for member in check(tar):
            unpack(tar, member, os.path.join(directory, member.name))


def tar_sha256() -> str:
    """Of what is in the gzip; stops at what no archive of ours holds, instead of unpacking a bomb."""
    digest, total = hashlib.sha256(), 0
    try:
        with gzip.open(sys.stdin.buffer) as tar:
            while block := tar.read(1 << 20):
                digest.update(block)
                total += len(block)
                if total > MOST_BYTES:
                    refuse(f"unpacked it has more than {MOST_BYTES >> 20} MB")
    except (OSError, EOFError):
        return ""
    return digest.hexdigest()


def check(tar: tarfile.TarFile) -> list[tarfile.TarInfo]:
    members: list[tarfile.TarInfo] = []
    total = 0
    for member in tar:
        members.append(member)
        total += member.size
        if len(members) > MOST_FILES:
            refuse(f"it has more than {MOST_FILES} files")
        if total > MOST_BYTES:
            refuse(f"unpacked it has more than {MOST_BYTES >> 20} MB")
        if outside(member.name):
            refuse(f'"{member.name}" would be outside the release')
        if member.issym():
            if outside(posixpath.join(posixpath.dirname(member.name), member.linkname)) or member.linkname.startswith("/"):
                refuse(f'the link "{member.name}" leads out of the release, to "{member.linkname}"')
        elif not (member.isreg() or member.isdir()):
            refuse(f'"{member.name}" is neither a file, a directory nor a symbolic link')
    through_links(members)
    return members


def through_links(members: list[tarfile.TarInfo]) -> None:
    """A file below a link would be written where the link leads."""
    links = {posixpath.normpath(member.name) for member in members if member.issym()}
    for member in members:
        parent = posixpath.dirname(posixpath.normpath(member.name))
        while parent:
            if parent in links:
                refuse(f'"{member.name}" lies below the link "{parent}"')
            parent = posixpath.dirname(parent)


def outside(name: str) -> bool:
    return name.startswith("/") or posixpath.normpath(name).split("/")[0] == ".."


def unpack(tar: tarfile.TarFile, member: tarfile.TarInfo, path: str) -> None:
    if member.isdir():
        os.makedirs(path, exist_ok=True)
        return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    if member.issym():
        os.symlink(member.linkname, path)
        return
    source = tar.extractfile(member)
    assert source is not None
    with open(path, "wb") as file:
        while block := source.read(1 << 20):
            file.write(block)
    os.chmod(path, 0o755 if member.mode & 0o100 else 0o644)
    os.utime(path, (member.mtime, member.mtime))


def refuse(reason: str) -> None:
    sys.exit(f"trinode: the site's archive is refused: {reason}")


if __name__ == "__main__":
    main(*sys.argv[1:])
