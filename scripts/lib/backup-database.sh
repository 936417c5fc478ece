# shellcheck shell=bash disable=SC2153
# A copy of the database. Sourced after backups.sh.

# back_up_database ID
back_up_database() {
  local stage=$BACKUPS/.database.part staged=$BACKUPS/.database.staged
  # The last one is of a restore that was killed: we hold the same lock.
  rm -rf "$stage" "$staged" "$BACKUPS/.restore"
  install -d -m 700 "$stage"
  require_room_for_dump
  log "$1: dumping the database"
  dump_database "$stage" "$1"
  # Every byte is read: a table of contents is no proof.
  pg_restore --file=/dev/null "$stage/database.dump"
  sync -f "$stage"
  mv -T "$stage" "$staged"
  store database "$1" "$staged" database.dump manifest.json
  rm -rf "$staged"
}

require_room_for_dump() {
  local size free
  size=$(as_postgres psql -XAtqc "SELECT pg_database_size('$DATABASE') >> 20") || die "the database can't be reached for its backup"
  free=$(free_mb "$BACKUPS")
  ((free > size + 300)) || die "the database has $size MB and this host $free MB free: its dump does not fit. Make room, or take a larger plan."
}

# dump_database DIRECTORY ID: database.dump, and manifest.json with what was in the database at the very same moment. Uncompressed:
# what has not changed since the last one is found to be the same, and is compressed in the repository.
dump_database() {
  local snapshot facts
  # One session keeps the moment for both.
  coproc MOMENT { as_postgres psql -XAtq -v ON_ERROR_STOP=1 -d "$DATABASE" 2>&1; }
  tell_moment "SET search_path = pg_catalog; SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0;
    BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT pg_export_snapshot();"
  snapshot=$(hear_moment)
  [[ $snapshot =~ ^[0-9A-F-]+$ ]] || die "the database can't be read: $snapshot"
  as_postgres pg_dump --format=custom --compress=0 --lock-wait-timeout=60s --snapshot="$snapshot" --dbname="$DATABASE" >"$1/database.dump" ||
    die "the database could not be dumped (see above)"
  tell_moment "$(database_facts)"
  facts=$(hear_moment)
  [[ $facts == "{"* ]] || die "the database's tables could not be counted: $facts"
  tell_moment "COMMIT;" '\q'
  "$PYTHON/backup_manifest.py" database "$2" "$DATABASE" "$1/database.dump" <<<"$facts" >"$1/manifest.json"
}

tell_moment() { printf '%s\n' "$@" >&"${MOMENT[1]}"; }
# A session that has ended says nothing: whoever asks finds that it is no answer.
hear_moment() {
  local line
  IFS= read -r line <&"${MOMENT[0]}" || true
  echo "$line"
}
