#!/usr/bin/python3 -I
"""Two directories change names, in one step: there is no moment at which either is missing.

usage: exchange.py A B    in one file system
Exit: 0 done, 1 not, with the reason on standard error; nothing is changed then.
"""

import ctypes
import os
import sys

AT_FDCWD = -100
RENAME_EXCHANGE = 2


def main(a: str, b: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.renameat2(AT_FDCWD, os.fsencode(a), AT_FDCWD, os.fsencode(b), RENAME_EXCHANGE) != 0:
        sys.exit(f"trinode: {a} and {b} can't change places: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    main(*sys.argv[1:])
