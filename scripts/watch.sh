#!/usr/bin/env bash
# trinode-watch: looks at the copies off the servers, and at this server, and tells operators what is not well: once, and again when it is.
# It runs on the web server, which has no part in making copies, every five minutes.
# Usage: trinode watch [--at TIME]    TIME: as if it were then, like 2026-01-31T02:15:00Z; to try whether alerts arrive
# Exit: 0 looked, and told what was to tell; 1 something could not be told, see `trinode status`; 64 usage.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/bucket.sh
. /usr/local/lib/trinode/lib/bucket.sh
readonly STATE=/var/lib/trinode/watch BUCKET_FILE=/etc/trinode/watch-bucket.env

main() {
  local at
  at=$(date -u +%FT%TZ)
  if (($#)); then
    [[ $# == 2 && $1 == --at && $2 =~ ^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$ ]] || {
      echo "usage: trinode watch [--at TIME], like 2026-01-31T02:15:00Z" >&2
      exit 64
    }
    at=$2
  fi
  umask 077
  exec {lock}>/run/trinode-watch.lock
  flock "$lock"
  # Not local: it outlives main, for the trap.
  seen=$(mktemp -d)
  trap 'rm -rf "$seen"' EXIT
  look_here
  [[ ! -e $BUCKET_FILE ]] || look_into_bucket
  install -d -m 755 "$STATE"
  "$PYTHON/watch_tell.py" "$seen" "$at" /etc/trinode/watch.json "$STATE"
}

look_here() {
  local part
  for part in web host; do
    TRINODE_LINES=1 "/usr/local/lib/trinode/status-$part.sh" >>"$seen/status" 2>/dev/null || true
  done
}

# What servers tell there, and whether the copies of which they tell are there.
look_into_bucket() {
  local part object
  # shellcheck source=/dev/null
  . "$BUCKET_FILE"
  for part in database files; do
    if bucket_request "watch/$part.json" >"$seen/$part.json" 2>"$seen/$part.why"; then
      while read -r object; do
        bucket_request "$part/$object" --head --output /dev/null 2>/dev/null || echo "$object" >>"$seen/$part.missing"
      done < <("$PYTHON/watch_tell.py" objects "$seen/$part.json")
    else
      rm -f "$seen/$part.json"
    fi
  done
}

main "$@"
