#!/usr/bin/python3 -I
"""What is not well, told to operators once, and again when it is well.

usage: watch_tell.py DIRECTORY AT SETTINGS STATE    DIRECTORY: what watch.sh has seen; SETTINGS: watch.json; STATE: what was told
       watch_tell.py objects BEAT                   where the newest copy lies, of which a server tells
Exit: 0 all is told, 1 something could not be told (STATE/state.json says what, and why).
"""

import datetime
import json
import os
import pathlib
import sys

sys.path.insert(0, os.path.dirname(__file__))
import watch_problems  # noqa: E402
import watch_send  # noqa: E402

# Of each channel that does not work; the oldest go first.
MOST_WAITING = 100


def main(directory: str, at: str, settings_file: str = "", state_directory: str = "") -> None:
    if directory == "objects":
        newest = read(pathlib.Path(at)).get("newest") or {}
        print(*newest.get("objects", []), sep="\n")
        return
    settings = read(pathlib.Path(settings_file))
    place = pathlib.Path(state_directory, "state.json")
    state = {"problems": {}, "waiting": {}, "failed": {}, **read(place)}
    now = datetime.datetime.fromisoformat(at)
    found = watch_problems.problems_in(pathlib.Path(directory), now, settings["copies"])
    channels = [name for name in ("webhook", "email") if settings.get(name)]
    note_changes(state, found, at, channels)
    state["at"] = at
    write(place, state)
    for channel in channels:
        send_waiting(state, channel, settings, place)
    sys.exit(1 if state["failed"] else 0)


def note_changes(state: dict, found: dict, at: str, channels: list[str]) -> None:
    known = state["problems"]
    news = [{"state": "unwell", "since": at, **problem} for key, problem in found.items() if key not in known]
    news += [{**problem, "state": "well", "until": at} for key, problem in known.items() if key not in found]
    state["problems"] = {key: {**problem, "since": known.get(key, {}).get("since", at)} for key, problem in found.items()}
    state["waiting"] = {name: (state["waiting"].get(name, []) + news)[-MOST_WAITING:] for name in channels}
    state["failed"] = {name: why for name, why in state["failed"].items() if name in channels}


def send_waiting(state: dict, channel: str, settings: dict, place: pathlib.Path) -> None:
    """Each is taken off as soon as it is sent: one that is cut off is sent twice rather than never."""
    while state["waiting"][channel]:
        try:
            watch_send.send(channel, settings, state["waiting"][channel][0])
        except Exception as error:
            since = state["failed"].get(channel, {}).get("since", state["at"])
            state["failed"][channel] = {"since": since, "why": watch_send.reason(error)}
            print(f"trinode: an alert can't be sent ({channel}): {state['failed'][channel]['why']}", file=sys.stderr)
            return write(place, state)
        state["waiting"][channel].pop(0)
        state["failed"].pop(channel, None)
        write(place, state)


def read(path: pathlib.Path) -> dict:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path: pathlib.Path, state: dict) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(state), encoding="utf-8")
    os.replace(part, path)


if __name__ == "__main__":
    main(*sys.argv[1:])
