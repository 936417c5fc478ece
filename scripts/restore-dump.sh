#!/usr/bin/env bash
# trinode-restore-dump: fills the site's database from a dump, once: a database that has tables is left alone.
# Plain SQL (also gzipped) and pg_dump's custom format, of any owner; all of it or nothing.
# Environment: DUMP (path), DATABASE, DB_USER, DB_PASSWORD. Exit: 0 restored or not needed, 1 refused or failed (nothing changed).
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

main() {
  local kind log
  # shellcheck disable=SC2153 # both are set, by the step
  export PGHOST=127.0.0.1 PGDATABASE=$DATABASE PGUSER=$DB_USER PGPASSWORD=$DB_PASSWORD
  export PGSSLMODE=verify-full PGSSLROOTCERT=/etc/trinode/postgresql-ca.crt PGCLIENTENCODING=UTF8
  unset DB_PASSWORD
  trap 'rm -f "$DUMP" "${log:-}"' EXIT

  if (($(table_count) > 0)); then
    say "the database has $(table_count) tables: the dump is not restored again"
    return 0
  fi
  [[ -s $DUMP ]] || die "the dump is not here, or is empty"
  kind=$(dump_kind)
  log=$(mktemp)
  case $kind in
    custom) pg_restore --no-owner --no-acl --single-transaction --exit-on-error -d "$DATABASE" "$DUMP" ;;
    gzip) gunzip -c "$DUMP" | restore_sql ;;
    plain) restore_sql <"$DUMP" ;;
  esac >/dev/null 2>"$log" || {
    sed 's/^psql:<stdin>:/line /' "$log" | grep -v '^ *$' | tail -n 5 >&2
    die "the dump could not be restored; the database is as empty as before"
  }
  (($(table_count) > 0)) || die "the dump holds no table"
  say "restored $(table_count) tables from the dump"
  psql -XAtqc "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname !~ '^(pg_|information_schema)' ORDER BY 1"
}

# Without those that belong to an extension.
table_count() {
  psql -XAtqc "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^(pg_|information_schema)'
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')" || die "the database can't be reached as $DB_USER"
}

dump_kind() {
  case $(head -c 5 "$DUMP" | od -An -tx1 | tr -d ' ') in
    5047444d50) echo custom ;;
    1f8b*) echo gzip ;;
    *) echo plain ;;
  esac
}

# What names roles of another server is left out; settings that this release does not know, too.
restore_sql() {
  local known
  known=$(psql -XAtqc "SELECT string_agg(name, ' ') FROM pg_settings")
  awk -v known="$known" -f /usr/local/lib/trinode/lib/portable-dump.awk | psql -Xq -v ON_ERROR_STOP=1 --single-transaction
}

main "$@"
