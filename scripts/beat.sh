#!/usr/bin/env bash
# trinode-beat: tells whoever watches over the copies how they are, by an object in the bucket: there it is seen without a way to this server.
# Run by trinode-beat.timer, and after each backup and drill. Without a bucket there is nothing to do.
# Exit: 0 told, 1 not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
# shellcheck source=lib/bucket.sh
. /usr/local/lib/trinode/lib/bucket.sh

main() {
  local part
  backup_settings
  [[ -e $OFFSITE_FILE ]] || return 0
  # shellcheck source=/dev/null
  . "$OFFSITE_FILE"
  # Not local: it outlives main, for the trap.
  told=$(mktemp -d)
  trap 'rm -rf "$told"' EXIT
  for part in backups host; do
    TRINODE_LINES=1 "/usr/local/lib/trinode/status-$part.sh" >>"$told/status" 2>/dev/null || true
  done
  for part in $PARTS; do
    # A repository that can't be read is told, too: by what is missing.
    snapshots offsite "$part" >"$told/$part.json" 2>/dev/null || echo "[]" >"$told/$part.json"
    "$PYTHON/beat_note.py" newest "$told/$part.json" >"$told/$part.since"
    # The first one is due after this server was told of the bucket.
    [[ -s $told/$part.since ]] || date -u -r "$OFFSITE_FILE" '+%F %T UTC' >"$told/$part.since"
    next_after "$(<"$told/$part.since")" >"$told/$part.due"
    "$PYTHON/beat_note.py" make "$told" "$part" >"$told/beat"
    bucket_request "watch/$part.json" --output /dev/null --upload-file "$told/beat"
  done
}

# next_after TIME: when the schedule wants the next copy.
next_after() {
  TZ=UTC systemd-analyze calendar --base-time="$1" "$SCHEDULE" | sed -n 's/^ *Next elapse: [A-Z][a-z]* \([0-9-]*\) \([0-9:]*\) UTC$/\1T\2Z/p'
}

main "$@"
