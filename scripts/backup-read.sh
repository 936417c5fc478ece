#!/usr/bin/env bash
# trinode-backup-read: a copy, decrypted, as a tar on standard output. For ./site backups get.
# Usage: trinode backup-read PART ID [local|offsite|any]    PART: database or files
# Exit: 0 all of it was written, 1 not, 64 usage.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh

main() {
  local place snapshot found
  [[ ${1:-} =~ ^(database|files)$ && ${2:-} =~ ^20[0-9]{6}T[0-9]{6}Z$ ]] || {
    echo "usage: trinode backup-read PART ID [local|offsite|any]" >&2
    exit 64
  }
  backup_settings
  found=$(find_copy "$1" "$2" "${3:-any}")
  read -r place snapshot _ <<<"$found"
  in_repository "$place" "$1" dump --no-lock --archive tar "$snapshot" /
}

main "$@"
