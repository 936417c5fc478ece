# shellcheck shell=bash disable=SC2154
# A copy that another stack's servers have made. Sourced after restore-database.sh and restore-given.sh; `fetched` is restore-database's.

# receive_copy ID BYTES: manifest and dump, whole, from standard input.
receive_copy() {
  local needed free
  [[ $2 =~ ^[1-9][0-9]*$ ]] || die "how large is the dump? Its size was not given"
  free=$(free_mb "$BACKUPS")
  # The dump, and tables with indexes of twice its size.
  needed=$(($2 * 3 / 1048576 + 200))
  ((free > needed)) || die "there is no room to restore beside: $needed MB are needed, $free are free. Make room, or take a larger plan."
  say "receiving backup $1"
  tar --extract --no-same-owner --directory "$fetched" manifest.json database.dump || die "the copy did not arrive whole; nothing was changed"
  "$PYTHON/backup_check.py" copy "$fetched/manifest.json" database "$1" || die "that is no copy of backup $1; nothing was changed"
  "$PYTHON/backup_check.py" dump "$fetched/manifest.json" "$fetched/database.dump" || die "the copy is not what was made; nothing was changed"
  # Where a dump of whatever origin lies: it is loaded as one, for the owners that it names may not be here.
  mv "$fetched/database.dump" "$fetched/given.dump"
  chmod 644 "$fetched/given.dump"
}

# As the server's administrator: not all of them are for a site's owner to make.
make_extensions() {
  local name
  while read -r name; do
    as_postgres psql -Xq -v ON_ERROR_STOP=1 -v name="$name" -d "$BESIDE" <<<'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS :"name" CASCADE' ||
      die "the copy has extension $name, which can't be made here (see above): trinode:database.extensions and app.install name what is needed. Nothing was changed."
  done < <("$PYTHON/backup_check.py" extensions "$fetched/manifest.json")
}
