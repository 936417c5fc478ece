#!/usr/bin/env bash
# trinode-backups: the copies that there are of what this server has, the newest first.
# Usage: trinode backups [--json]
# Output with --json: {copies: [{id, part, bytes, rows, tables, files, places: {local, offsite: {snapshot, verifiedAt}}}], unseen: {PLACE: why},
#                     drills: as drill_note.py notes them, the newest first}
# Exit: 0; 1 when a repository can't be looked at (the others are shown).
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh

main() {
  local part place name
  backup_settings
  # Not local: it outlives main, for the trap.
  seen=$(mktemp -d)
  trap 'rm -rf "$seen"' EXIT
  for part in $PARTS; do
    for place in $(places); do
      name=$seen/$part.$place
      snapshots "$place" "$part" >"$name.json" 2>"$name.failed" && rm -f "$name.failed" &
    done
  done
  wait
  "$PYTHON/backup_list.py" "$seen" "${1:-}" "$DRILLS"
}

main "$@"
