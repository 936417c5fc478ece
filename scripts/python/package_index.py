#!/usr/bin/python3 -I
"""Prints the package index that pip is configured to use on this host, if it is another than pip's default.

usage: package_index.py
Environment: PIP_INDEX_URL goes before /etc/pip.conf, as with pip. Exit: 0.
"""

import configparser
import os


def main() -> None:
    settings = configparser.RawConfigParser()
    settings.read("/etc/pip.conf")
    configured = settings.get("install", "index-url", fallback="") or settings.get("global", "index-url", fallback="")
    print(os.environ.get("PIP_INDEX_URL") or configured)


if __name__ == "__main__":
    main()
