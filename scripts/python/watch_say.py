#!/usr/bin/python3 -I
"""usage: watch_say.py SETTINGS STATE

       watch_say.py looked STATE    when it was last looked

Output: lines STATE <tab> TEXT: unsent (a channel does not work), open (alerts that are not over), told (who hears).
"""

import json
import os
import sys


def main(settings_file: str, state_file: str) -> None:
    state = read(state_file)
    if settings_file == "looked":
        print(f"last looked at {state['at']}" if state else "not looked yet")
        return
    settings = read(settings_file)
    for channel, failed in state.get("failed", {}).items():
        count = len(state["waiting"].get(channel, []))
        print(f"unsent\t{count} can't be sent by {channel}, since {failed['since']}: {failed['why']}")
    for problem in state.get("problems", {}).values():
        print(f"open\t{problem['kind']} ({problem['where']}), since {problem['since']}: {problem['text']}")
    channels = [name for name in ("webhook", "email") if settings.get(name)]
    print(f"told\tby {' and '.join(channels)}" if channels else "told\tnobody hears of them: set trinode:monitoring.webhook or .email")
    if not settings["copies"]:
        print("told\tcopies are not watched: there is no bucket (trinode:backups)")


def read(path: str) -> dict:
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
