#!/usr/bin/python3 -I
"""What a drill came to.

usage: drill_note.py DIRECTORY CODE DRILLS    DIRECTORY: what drill.sh has left; CODE: 0 when all went well. Writes DRILLS/<when>.json, prints
                                              a sentence
       drill_note.py answer DIRECTORY         what the application server answers: JSON, of what drill-site.sh has left
       drill_note.py judge ANSWER             exit 0 when that is good
       drill_note.py why ANSWER               why it is not
       drill_note.py last DRILLS              state (well, failed) and sentence of the newest; exit 1 when there is none
Evidence: {outcome: well|failed, why, began, backup, place, bytes, sha256, rows, tables, seconds: {fetch, restore, count, site}, site, uploads}
"""

import json
import os
import pathlib
import sys

KEPT = 100


def main(verb: str, *words: str) -> None:
    verbs = {"answer": answer, "judge": judge, "why": why, "last": last}
    verbs.get(verb, lambda *more: note(verb, *more))(*words)


def note(directory: str, code: str, drills: str) -> None:
    there = pathlib.Path(directory)
    manifest = read_json(there / "manifest.json")
    rows = manifest.get("facts", {}).get("rows", {})
    told = read_json(there / "site.json")
    evidence = {
        "outcome": "well" if code == "0" else "failed",
        "why": None if code == "0" else read_text(there / "reason") or "it ended half-way",
        "began": read_text(there / "began"),
        "backup": manifest.get("id"),
        "place": read_text(there / "place") or None,
        **{name: manifest.get(name) for name in ("bytes", "sha256")},
        "rows": sum(rows.values()),
        "tables": len(rows),
        "seconds": seconds(there / "milliseconds"),
        "site": told.get("site"),
        "uploads": told.get("uploads"),
    }
    place = pathlib.Path(drills, evidence["began"].replace(":", "") + ".json")
    part = place.with_suffix(".part")
    part.write_text(json.dumps(evidence) + "\n", encoding="utf-8")
    part.chmod(0o644)
    os.replace(part, place)
    for old in sorted(pathlib.Path(drills).glob("*.json"))[:-KEPT]:
        old.unlink()
    print(sentence(evidence))


def seconds(path: pathlib.Path) -> dict:
    pairs = [line.split() for line in read_text(path).splitlines()]
    return {name: int(milliseconds) / 1000 for name, milliseconds in pairs}


def answer(directory: str) -> None:
    there = pathlib.Path(directory)
    site, uploads = read_json(there / "site.json"), read_json(there / "uploads.json")
    found: dict = {"site": site or None, "uploads": uploads or None}
    if not site:
        lines = [line for line in read_text(there / "site.errors").splitlines() if line.strip()]
        found["why"] = (lines[-1] if lines else "it did not say why")[:300].removeprefix("trinode: ")
    elif not uploads:
        found["why"] = read_text(there / "uploads.reason") or "uploads could not be read"
    print(json.dumps(found))


def judge(path: str) -> None:
    sys.exit(1 if "why" in read_json(pathlib.Path(path)) else 0)


def why(path: str) -> None:
    print(read_json(pathlib.Path(path)).get("why", ""))


def last(drills: str) -> None:
    found = sorted(pathlib.Path(drills).glob("*.json"))
    if not found:
        sys.exit(1)
    evidence = read_json(found[-1])
    print(evidence["outcome"], sentence(evidence))


def sentence(evidence: dict) -> str:
    if evidence["outcome"] != "well":
        what = f"backup {evidence['backup']} could not" if evidence["backup"] else "no backup could"
        return f"{what} be brought back, at {evidence['began']}: {evidence['why']}"
    migrated = evidence["site"]["migrated"]
    return (
        f"backup {evidence['backup']} ({'off' if evidence['place'] == 'offsite' else 'on'} the server) came back in "
        f"{sum(evidence['seconds'].values()):.0f} s, at {evidence['began']}: all {evidence['rows']} rows of {evidence['tables']} tables, "
        f"the site's check passed{f', {len(migrated)} migrations were run' if migrated else ''}, {evidence['uploads']['files']} uploads read"
    )


def read_text(path: pathlib.Path) -> str:
    return path.read_text(encoding="utf-8").strip() if path.exists() else ""


def read_json(path: pathlib.Path) -> dict:
    text = read_text(path)
    return json.loads(text) if text else {}


if __name__ == "__main__":
    main(*sys.argv[1:])
