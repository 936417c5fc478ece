#!/usr/bin/env bash
# trinode-drill-site: what the site makes of the copy that the database server has restored for a drill: its own checks, its migrations; and
# whether the newest copy of the uploads can be read in full. Waits for the database server (drill.sh), and answers it there.
# Usage: trinode drill-site    Exit: 0 it answered, or there was no drill; 1 it could not, 75 another one is at work.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/migrations.sh
. /usr/local/lib/trinode/lib/migrations.sh
readonly SCRATCH=trinode_drill WAIT_SECONDS=7200 TAKEN_SECONDS=120

main() {
  local id since
  behind_the_site "$@"
  umask 077
  backup_lock drill-site
  # Not local: it outlives main, for the trap.
  told=$(mktemp -d)
  trap 'rm -rf "$told"' EXIT
  since=$(database_now) || die "the database server does not answer: there is nothing to look at"
  attempt read_uploads
  app_settings
  database_environment
  id=$(wait_for_drill "$since" "$WAIT_SECONDS") || {
    say "there was no drill to look at within $((WAIT_SECONDS / 3600)) hours"
    return 0
  }
  attempt look "$id"
  answer "$id"
  # It may have asked again at that moment, over the answer.
  while [[ $(wait_for_drill "$since" "$TAKEN_SECONDS" over) == "$id" ]]; do answer "$id"; done
}

# By the clock of the database server, which says when it asks.
database_now() (
  database_environment
  psql -XAtqc "SELECT extract(epoch FROM now())::bigint"
)

# In a shell of its own: settings of the backup and those of the site share names.
read_uploads() (
  local place id snapshot found
  backup_settings
  TRINODE_REASON=$told/uploads.reason
  found=$(newest_copy files) || die "there is no copy of the uploads that was read back"
  read -r place id snapshot _ <<<"$found"
  log "drill: reading uploads of backup $id ($place)"
  in_repository "$place" files dump --no-lock --archive tar "$snapshot" / | "$PYTHON/backup_verify.py" >"$told/uploads.json" ||
    die "the copy of the uploads ($id, $place) does not read back"
)

# wait_for_drill SINCE SECONDS [over]: the backup that is tried, once the database server asks, not before SINCE. `over`: or its drill is over.
wait_for_drill() {
  local note end=$((SECONDS + $2))
  while ((SECONDS < end)); do
    note=$(psql -XAtqc "SELECT coalesce(shobj_description(oid, 'pg_database'), '-') FROM pg_database WHERE datname = '$SCRATCH'" 2>/dev/null) || note=unknown
    if [[ $note =~ ^trinode:\ drill\ (20[0-9]{6}T[0-9]{6}Z)\ at\ ([0-9]+):\ what ]] && ((BASH_REMATCH[2] >= $1)); then
      echo "${BASH_REMATCH[1]}"
      return 0
    fi
    [[ -n $note || ${3:-} != over ]] || return 1
    sleep 2
  done
  return 1
}

look() {
  local live
  live=$(live_release)
  [[ -n $live ]] || die "no release serves here"
  log "drill: asking release $live about backup $1"
  PGOPTIONS="-c lock_timeout=30s" nicely as_site "$TOP/releases/$live" /etc/trinode/app.env python "$PYTHON/release_drill.py" "$PGDATABASE" "$SCRATCH" \
    >"$told/site.json" 2>"$told/site.errors"
}

answer() {
  local said
  said=$("$PYTHON/drill_note.py" answer "$told")
  psql -XAtq -v ON_ERROR_STOP=1 -v said="trinode: drill $1 site $said" <<<"COMMENT ON DATABASE $SCRATCH IS :'said'"
  log "drill: answered $said"
}

main "$@"
