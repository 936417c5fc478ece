#!/usr/bin/env bash
# trinode-backup: one copy of what this server has of the site (database; uploads and configuration), made beside, read back in full,
# put into each repository, and read back from there.
# Usage: trinode backup [ID] | --scheduled      ID: like 20260131T021500Z, the same on every server of a backup; now without.
# Log: /var/backups/trinode/logs/backup.log. Exit: 0 made and verified everywhere, 1 not, 64 usage, 75 another one is at work.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
# shellcheck source=lib/backup-database.sh
. /usr/local/lib/trinode/lib/backup-database.sh
# shellcheck source=lib/backup-files.sh
. /usr/local/lib/trinode/lib/backup-files.sh
# shellcheck source=lib/backup-store.sh
. /usr/local/lib/trinode/lib/backup-store.sh
# shellcheck source=lib/leftovers.sh
. /usr/local/lib/trinode/lib/leftovers.sh

main() {
  local id part failed=0
  id=$(backup_id "${1:-}")
  behind_the_site "$id"
  umask 077
  backup_settings
  # shellcheck disable=SC2086 # several words
  backup_lock $PARTS
  for part in $PARTS; do
    # Where one part fails, the others are still copied.
    attempt "back_up_$part" "$id"
    if ((ATTEMPT != 0)); then
      failed=1
      log "$id: $part FAILED"
    else
      prune "$part"
    fi
  done
  note_outcome "$id" "$failed"
  attempt /usr/local/lib/trinode/beat.sh
  return "$failed"
}

# Never behind a backup that failed; and what comes of it makes none of a good one.
prune() {
  attempt prune_local "$1"
  ((ATTEMPT == 0)) || log "$1: what has had its time could not be taken out"
  attempt "remove_aside_$1"
  ((ATTEMPT == 0)) || log "$1: what was put aside by a restore long ago could not be removed"
}

# backup_id [ID]: on a schedule, to the minute: what runs on several servers at the same time belongs together. By hand, never with
# second 00: it would be taken for the timer's of that minute (as cli/site/backups/ids.ts does it).
backup_id() {
  case $1 in
    --scheduled) date -u +%Y%m%dT%H%M00Z ;;
    '') date -u +%Y%m%dT%H%M%SZ | sed 's/00Z$/01Z/' ;;
    *)
      [[ $1 =~ ^20[0-9]{6}T[0-9]{6}Z$ ]] || {
        echo "usage: trinode backup [ID], like 20260131T021500Z" >&2
        exit 64
      }
      echo "$1"
      ;;
  esac
}

# The last run, for `trinode status` and whoever watches.
note_outcome() {
  local state=well
  (($2 == 0)) || state=failed
  install -d -m 755 /var/lib/trinode/backups
  printf '%s %s %s\n' "$state" "$1" "$(date -u +%FT%TZ)" >/var/lib/trinode/backups/last.new
  mv /var/lib/trinode/backups/last.new /var/lib/trinode/backups/last
}

main "$@"
