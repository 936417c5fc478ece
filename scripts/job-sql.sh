#!/usr/bin/env bash
# trinode-job-sql: the dossier's name for the regular backup. trinode's timer makes it, when trinode:backups.schedule says: this
# makes sure that it is on, and says when it has run and will run. A password or a directory is not asked for: both are known.
# Usage: job-sql.sh    Exit: 0 it is on, 64 usage.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh

main() {
  if (($#)); then
    echo "usage: job-sql.sh (no user, password or directory: backups run as the server, into $BACKUPS)" >&2
    exit 64
  fi
  backup_settings
  enable_service trinode-backup.timer
  systemctl list-timers --no-pager trinode-backup.timer
  echo "log: $BACKUP_LOG"
}

main "$@"
