#!/usr/bin/env bash
# trinode-restore-dump: fills the site's database from a dump, once: a database that has tables is left alone.
# Plain SQL (also gzipped) and pg_dump's custom format, of any owner; all of it or nothing. The dump goes once it is of no more use.
# Environment: DUMP (path), DUMP_SHA256, DATABASE, DB_USER, DB_PASSWORD.
# Exit: 0 restored or not needed, 1 refused or failed (nothing changed).
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/dump.sh
. /usr/local/lib/trinode/lib/dump.sh

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
  load_dump "$DUMP"
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

main "$@"
