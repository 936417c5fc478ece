# shellcheck shell=bash disable=SC2154
# A dump of one's own in place of a backup's. Sourced after restore-database.sh and dump.sh; `fetched` is restore-database's.

# receive BYTES: the dump, from standard input.
receive() {
  local needed free
  [[ $1 =~ ^[1-9][0-9]*$ ]] || die "how large is the dump? It is empty, or its size was not given"
  free=$(free_mb "$BACKUPS")
  # Compressed, it may be a tenth of what it becomes.
  needed=$(($1 * 13 / 1048576 + 300))
  ((free > needed)) || die "there may be no room to restore beside: $needed MB are needed at most, $free are free. Make room, or take a larger plan."
  head -c "$1" >"$fetched/given.dump"
  [[ $(stat -c %s "$fetched/given.dump") == "$1" ]] || die "the dump did not arrive whole; nothing was changed"
  chmod 644 "$fetched/given.dump"
  say "restoring a dump ($(form_of "$fetched/given.dump"), $1 bytes) into a database beside"
}

# As the login for this one time, which acts as the site's owner: whatever owners the dump names.
load_given() (
  make_loader
  export PGDATABASE=$BESIDE PGUSER=$LOADER PGCLIENTENCODING=UTF8
  PGPASSWORD=$(<"$fetched/password")
  export PGPASSWORD
  load_dump "$fetched/given.dump"
)

# Whether it is one of this site at all; which migrations it has is judged by the release.
judge_given() {
  say "counting what is there"
  { echo "SET search_path = pg_catalog;" && database_facts; } | as_postgres psql -XAtq -v ON_ERROR_STOP=1 -d "$BESIDE" >"$fetched/facts.json" ||
    die "what was restored can't be counted"
  printf '{"facts": %s}\n' "$(<"$fetched/facts.json")" >"$fetched/manifest.json"
  "$PYTHON/backup_check.py" given "$fetched/manifest.json" || die "the dump is none of this site (see above); nothing was changed"
  as_postgres vacuumdb --quiet --analyze-only "--dbname=$BESIDE"
}
