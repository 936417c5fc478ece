# shellcheck shell=bash disable=SC2153,SC2154
# A database beside the one in use. Sourced after backups.sh; `fetched` is restore-database's: where the dump lies.

# One at a time; what was in use before is trinode_before_<when>. (The site's own name may be as long as PostgreSQL allows.) A drill has
# names of its own.
readonly BESIDE=${BESIDE:-trinode_restore} LOADER=${LOADER:-trinode_restore}

ask() { as_postgres psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }
comment_of() { ask "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$1'"; }

# A database says itself whether it is a checked one, and of which backup: what is renamed takes that along.
mark() { echo "trinode: restoring backup $1"; }
in_use_is() { [[ $(comment_of "$DATABASE") == "$(mark "$1")" ]]; }

# fetch ID [PLACE]: dump and manifest, whole.
fetch() {
  local place snapshot found size
  found=$(find_copy database "$1" "$2")
  read -r place snapshot _ <<<"$found"
  in_repository "$place" database dump --no-lock "$snapshot" /manifest.json >"$fetched/manifest.json" || die "the copy ($place) can't be read"
  size=$("$PYTHON/backup_check.py" megabytes "$fetched/manifest.json")
  # The dump, and tables with indexes of twice its size.
  (($(free_mb "$BACKUPS") > size * 3 + 200)) || die "there is no room to restore beside: $((size * 3 + 200)) MB are needed. Make room, or take a larger plan."
  say "fetching backup $1 ($place)"
  in_repository "$place" database dump --no-lock "$snapshot" /database.dump >"$fetched/database.dump" || die "the copy ($place) can't be read"
  "$PYTHON/backup_check.py" dump "$fetched/manifest.json" "$fetched/database.dump" || die "the copy ($place) is not what was put there"
  chmod 644 "$fetched/database.dump"
}

# Like the one in use: owner, encoding, order of text, who may connect, settings.
make_beside() {
  local like
  say "restoring into a database beside"
  drop_beside
  like=$(ask "SELECT format('CREATE DATABASE $BESIDE OWNER %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L',
    pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datcollate, datctype) FROM pg_database WHERE datname = '$DATABASE'")
  [[ -n $like ]] || die "there is no database \"$DATABASE\" to be replaced"
  ask "$like"
  as_postgres psql -XAtq -v ON_ERROR_STOP=1 -v database="$DATABASE" -v beside="$BESIDE" -f - </usr/local/lib/trinode/sql/database-like.sql |
    as_postgres psql -Xq -v ON_ERROR_STOP=1 >/dev/null
}

drop_beside() { ask "DROP DATABASE IF EXISTS $BESIDE WITH (FORCE)" 2>/dev/null; }

# Definitions as the server's administrator, with their owners. Data, indexes and constraints as the site's owner, for they run
# code that the site may have written.
load() {
  local list=$fetched/list others='(DEFAULT ACL|EVENT TRIGGER|PUBLICATION|PUBLICATION TABLE|PUBLICATION TABLES IN SCHEMA|SUBSCRIPTION) '
  local restore=(pg_restore --exit-on-error --single-transaction "--dbname=$BESIDE")
  pg_restore --list "$fetched/database.dump" >"$list"
  make_loader
  as_postgres "${restore[@]}" --section=pre-data <"$fetched/database.dump" >&2 || die "the definitions could not be restored (see above)"
  PGPASSWORD=$(<"$fetched/password") "${restore[@]}" --username="$LOADER" --section=data --section=post-data \
    --use-list=<(grep -vE "^[0-9]+; [0-9]+ [0-9]+ $others" "$list") "$fetched/database.dump" >&2 || die "the data could not be restored (see above)"
  if grep -qE "^[0-9]+; [0-9]+ [0-9]+ $others" "$list"; then
    grep -E "^[0-9]+; [0-9]+ [0-9]+ $others" "$list" >"$list.others"
    as_postgres "${restore[@]}" --use-list=/dev/fd/3 3<"$list.others" <"$fetched/database.dump" >&2 || die "what is the administrator's could not be restored (see above)"
  fi
  as_postgres vacuumdb --quiet --analyze-only "--dbname=$BESIDE"
}

# A login for this one time, which acts as the owner. Its password reaches psql on standard input, and no log.
make_loader() {
  local owner
  owner=$(ask "SELECT quote_ident(pg_get_userbyid(datdba)) FROM pg_database WHERE datname = '$BESIDE'")
  drop_loader
  od -An -N 24 -tx1 /dev/urandom | tr -d ' \n' >"$fetched/password"
  as_postgres psql -XAtq -v ON_ERROR_STOP=1 <<SQL
SET log_min_error_statement = panic;
SET log_min_duration_statement = -1;
SET log_statement = none;
CREATE ROLE $LOADER LOGIN PASSWORD '$(<"$fetched/password")' VALID UNTIL 'tomorrow';
GRANT $owner TO $LOADER;
ALTER ROLE $LOADER SET role = $owner;
SQL
}

drop_loader() { ask "DROP ROLE IF EXISTS $LOADER" 2>/dev/null; }

check() {
  say "counting what is there"
  { echo "SET search_path = pg_catalog;" && database_facts; } | as_postgres psql -XAtq -v ON_ERROR_STOP=1 -d "$BESIDE" >"$fetched/facts.json" ||
    die "what was restored can't be counted"
  "$PYTHON/backup_check.py" facts "$fetched/manifest.json" <"$fetched/facts.json" || die "what was restored is not what was backed up (see above)"
}

# change_places NAME: in one transaction. It holds the databases from its first statement on: who connects waits, who is in is sent away.
change_places() {
  local renaming
  as_postgres psql -XAtq -v ON_ERROR_STOP=1 <<SQL &
BEGIN;
ALTER DATABASE "$DATABASE" RENAME TO $1;
ALTER DATABASE $BESIDE RENAME TO "$DATABASE";
COMMIT;
SQL
  renaming=$!
  while kill -0 "$renaming" 2>/dev/null; do
    ask "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname IN ('$DATABASE', '$BESIDE')" >/dev/null
    sleep 0.1
  done
  wait "$renaming" || die "the databases could not change places (see above); the former one serves on"
  ask "COMMENT ON DATABASE $1 IS 'trinode: in use until $(date -u +%FT%TZ)'"
}
