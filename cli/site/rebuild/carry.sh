#!/usr/bin/env bash
# What a server has that `pulumi up` does not make: its own copies with their key, the record of drills, what Redis keeps. As a tar, from
# the machine that leaves, and onto the one that takes its place. Sent to servers by `./site rebuild`.
# usage: carry.sh off >TAR | carry.sh on <TAR      Exit: 0 done, 1 not.
set -euo pipefail

readonly COPIES=var/backups/trinode

main() {
  local part lock
  umask 077
  cd /
  # No backup meanwhile.
  for part in database files; do
    exec {lock}>"/run/trinode-backup-$part.lock"
    flock -w 900 "$lock" || {
      echo "another backup or restore is at work" >&2
      exit 1
    }
  done
  "carry_$1"
}

carry_off() {
  local path paths=()
  for path in $COPIES etc/trinode/backup-local.key var/lib/trinode/backups $(redis_data); do
    [[ ! -e $path ]] || paths+=("$path")
  done
  tar --create --file=- --exclude="$COPIES/.*" "${paths[@]}"
}

# Copies that the new machine has made of what it was made with are none of the site.
carry_on() {
  rm -rf --one-file-system "$COPIES/database" "$COPIES/files"
  [[ -z $(redis_data) ]] || systemctl stop redis-server
  tar --extract --preserve-permissions --same-owner --file=-
  [[ -z $(redis_data) ]] || systemctl start redis-server
}

redis_data() { [[ ! -e /etc/redis/trinode.conf ]] || echo var/lib/redis; }

main "$@"
