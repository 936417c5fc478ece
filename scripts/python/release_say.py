#!/usr/bin/python3 -I
"""Puts what release_database.py and app_env.py say into the words, or the JSON, of a verb.

usage: release_say.py migrations|reasons|irreversible <JUDGED     in one line; JUDGED: JSON of `release_database.py judge`
       release_say.py rollback RELEASE json|text BACKUP <JUDGED   exit 1 when the release does not fit
       release_say.py report RELEASE <NAMES                       what release-activate prints
"""

import json
import sys


def main(verb: str, *arguments: str) -> None:
    if verb == "report":
        print(json.dumps({"release": arguments[0], "overrides": sys.stdin.read().split()}))
        return
    found = json.load(sys.stdin)
    if verb == "rollback":
        rollback(found, *arguments)
    else:
        print("; ".join(WORDS[verb](found)))


WORDS = {
    "migrations": lambda found: [each["migration"] for each in found],
    "reasons": lambda found: [f"{each['migration']}: {each['reason']}" for each in found if each["reason"]],
    "irreversible": lambda found: [each["migration"] for each in found if not each["reversible"]],
}


def rollback(found: list[dict], release: str, form: str, backup: str) -> None:
    reasons, irreversible = WORDS["reasons"](found), WORDS["irreversible"](found)
    possible = {
        "plain": not reasons,
        "migrate": bool(found) and not irreversible,
        "restore": bool(found and backup),
    }
    modes = [mode for mode, there in possible.items() if there]
    if form == "json":
        about = {"release": release, "fits": not reasons, "reasons": reasons, "irreversible": irreversible, "modes": modes}
        print(json.dumps(about | ({"backup": backup} if backup else {})))
    elif reasons:
        print(f"release {release} does not fit the database any more:", *reasons, sep="\n  ")
        print(f"possible: {', '.join(modes) or 'nothing; make a release of it that knows these migrations'}")
    else:
        print(f"release {release} fits the database")
    sys.exit(1 if reasons else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
