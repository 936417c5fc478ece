#!/usr/bin/env bash
# trinode-restore-fits: what the release that serves makes of a backup's migrations.
# Input: JSON [[app, name]…]. Output: JSON {release, ahead, behind}: migrations of the backup that the release does not know; those that
# the database in use has, and the backup has not. Exit: 0; 1 when that can't be told.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/migrations.sh
. /usr/local/lib/trinode/lib/migrations.sh

main() {
  local live known backup
  app_settings
  backup=$(cat)
  live=$(live_release)
  [[ -n $live ]] || die "no release serves here"
  known=$(known_by "$live") || die "release $live can't say which migrations it knows"
  database_environment
  "$PYTHON/backup_migrations.py" "$live" <<<"{\"backup\": $backup, \"known\": $known, \"applied\": $(applied)}"
}

main "$@"
