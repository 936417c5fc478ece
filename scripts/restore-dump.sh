#!/usr/bin/env bash
# trinode-restore-dump: fills the site's database from a dump, once: a database that has tables is left alone.
# Plain SQL (also gzipped) and pg_dump's custom format, of any owner; all of it or nothing. The dump goes once it is of no more use.
# Environment: DUMP (path), DUMP_SHA256, DATABASE, DB_USER, DB_PASSWORD.
# Exit: 0 restored or not needed, 1 refused or failed (nothing changed).
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

main() {
  # shellcheck disable=SC2153 # both are set, by the step
  export PGHOST=127.0.0.1 PGDATABASE=$DATABASE PGUSER=$DB_USER PGPASSWORD=$DB_PASSWORD
  export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/trinode/postgresql-ca.crt PGCLIENTENCODING=UTF8
  unset DB_PASSWORD

  if (($(table_count) > 0)); then
    say "the database has $(table_count) tables: the dump is not restored again"
    rm -f "$DUMP"
    return 0
  fi
  [[ -s $DUMP ]] || die "the dump is not here, or is empty"
  [[ $(sha256sum <"$DUMP" | cut -d ' ' -f 1) == "$DUMP_SHA256" ]] || die "the dump did not arrive whole; run it again"
  restore
  (($(table_count) > 0)) || die "the dump holds no table"
  rm -f "$DUMP"
  say "restored $(table_count) tables from the dump"
  psql -XAtqc "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1"
}

# Without those that belong to an extension.
table_count() {
  psql -XAtqc "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')" || die "the database can't be reached as $DB_USER"
}

# One transaction, ended by us when everything before psql has gone well: psql itself would commit what a cut-off dump has sent.
restore() {
  LOG=$(mktemp)
  trap 'rm -f "$LOG"' EXIT
  if ! { restrict_and_begin && read_dump | portable && echo "COMMIT;"; } 2>>"$LOG" |
    as_nobody psql -Xq -v ON_ERROR_STOP=1 -f - >/dev/null 2>>"$LOG"; then
    # psql counts what came before the dump, too.
    awk -v before="$(restrict_and_begin | wc -l)" 'match($0, /^psql:<stdin>:[0-9]+/) {
      $0 = "line " (substr($0, 14, RLENGTH - 13) - before) substr($0, RLENGTH + 1) } { print }' "$LOG" |
      grep -v '^ *$' | tail -n 5 >&2 || true
    die "the dump could not be restored; the database is as empty as before"
  fi
}

# What a dump can make psql do on this host, it does as nobody; a psql that knows how takes no command but SQL from here on.
as_nobody() { setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs "$@"; }

restrict_and_begin() {
  if psql --help=commands | grep -F '\restrict' >/dev/null; then
    printf '\\restrict %s\n' "$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')"
  fi
  echo "BEGIN;"
}

# The dump as SQL.
read_dump() {
  case $(head -c 5 "$DUMP" | od -An -tx1 | tr -d ' ') in
    5047444d50) as_nobody pg_restore --no-owner --no-acl -f - <"$DUMP" ;;
    1f8b*) gunzip -c "$DUMP" ;;
    *) cat "$DUMP" ;;
  esac
}

# What names roles of another server is left out; settings that this release does not know, too.
portable() {
  local known
  known=$(psql -XAtqc "SELECT string_agg(name, ' ') FROM pg_settings") || return 1
  awk -v known="$known" -f /usr/local/lib/trinode/lib/portable-dump.awk
}

main "$@"
