# shellcheck shell=bash disable=SC2034,SC2153
# A release and the database: a backup before it is changed, update scripts once each, migrations, and the way back.
# Sourced after app.sh and live.sh; NEW, RELEASE and NEXT_ENV are release-activate's.

readonly UPDATES=/var/lib/trinode/updates RECORDS=/var/lib/trinode/releases
# What has been done to the database and would have to be undone, should the release not go live.
DATABASE_CHANGED=

record() { "$PYTHON/release_record.py" "$@"; }

# in_release RELEASE ENVIRONMENT-FILE VERB…: release_database.py of a release; how much of what it prints goes where the caller says.
in_release() { PGOPTIONS="-c lock_timeout=4s" nicely as_site "$1" "$2" python "$PYTHON/release_database.py" "${@:3}"; }

# known_by RELEASE: the migrations that it knows, as it has been recorded, or as it says itself.
known_by() {
  local about
  record known "$1" 2>/dev/null && return 0
  about=$(in_release "$TOP/releases/$1" /etc/trinode/app.env plan <<<"[]") || return 1
  sed 1d <<<"$about" | record merge "$1"
  record known "$1"
}

# prepare_database: when it returns, the database fits the new release.
prepare_database() {
  local live updates=()
  live=$(live_release)
  mapfile -t updates < <(new_updates)
  look_at_migrations "$live" "${#updates[@]}"
  if [[ -n $live && $live != "$RELEASE" ]] && ((missing > 0)); then
    step_back "$live"
    [[ -z $DATABASE_CHANGED ]] || look_at_migrations "$live" "${#updates[@]}"
  fi
  if ((pending > 0 || ${#updates[@]} > 0)); then
    [[ -z $live ]] || back_up "$RELEASE" "$live"
    run_updates "${updates[@]}"
    ((pending == 0)) || migrate "$pending"
  fi
}

# look_at_migrations LIVE UPDATES: sets `pending` and `missing`; where nothing is to be done first, Django's own migrate is run
# as well, for what a site does after every migration.
look_at_migrations() {
  local plan apply=apply
  [[ $2 == 0 ]] || apply=
  plan=$(mktemp)
  { if [[ -n $1 ]]; then known_by "$1"; else echo "[]"; fi; } | in_release "$NEW" "$NEXT_ENV" plan $apply >"$plan" ||
    give_up "the migrations of release $RELEASE can't be looked at (see above)"
  { read -r pending missing && record merge "$RELEASE"; } <"$plan"
  rm -f "$plan"
}

migrate() {
  local lines
  say "migrating the database: $1 to come"
  DATABASE_CHANGED=forward
  lines=$(mktemp)
  if ! in_release "$NEW" "$NEXT_ENV" migrate >&2 2> >(tee "$lines" >&2); then
    give_up "a migration of release $RELEASE failed ($(grep -v '^ *$' "$lines" | tail -n 1))"
  fi
  rm -f "$lines"
}

goes_on() { local live && live=$(live_release) && echo "${live:+release $live goes on serving}"; }

# database_environment: for PostgreSQL's own programs, as the site's login; in root's environment only.
database_environment() {
  # shellcheck source=/dev/null
  . /etc/trinode/database.env
  export PGHOST PGPORT PGDATABASE PGUSER PGPASSWORD PGSSLMODE=verify-full PGSSLROOTCERT=/etc/trinode/database-ca.crt
  export PGCONNECT_TIMEOUT=10 PGAPPNAME=trinode
}

# back_up RELEASE LIVE: a whole dump before the database is changed for RELEASE, every byte of it read back. Kept with it.
back_up() (
  local file part size free at
  database_environment
  at=$(date -u +%Y-%m-%dT%H:%M:%SZ)
  install -d -m 700 "$RECORDS/$1"
  file=$RECORDS/$1/before-${at//:/}.dump part=$RECORDS/$1/.part
  trap 'rm -f "$part"' EXIT
  size=$(psql -XAtqc "SELECT pg_database_size(current_database()) >> 20") || die "the database can't be reached for its backup; $(goes_on)"
  free=$(df --output=avail -m "$RECORDS" | tail -n 1 | tr -d ' ')
  ((free > size + 300)) || die "the database has $size MB and this host $free MB free: its backup before release $1 does not fit; $(goes_on)"
  say "backing the database up ($size MB)"
  umask 077
  { pg_dump --format=custom --lock-wait-timeout=20s --file="$part" && pg_restore --file=/dev/null "$part"; } ||
    die "the backup before release $1 failed (see above); nothing was changed; $(goes_on)"
  sync "$part"
  mv "$part" "$file"
  printf '{"backups": [{"file": "%s", "madeAt": "%s", "served": "%s", "applied": %s}]}' "$file" "$at" "$2" "$(applied)" |
    record merge "$1"
)

applied() {
  psql -XAtqc "SELECT coalesce(json_agg(json_build_array(app, name)), '[]') FROM django_migrations" 2>/dev/null | tr -d '\n' || echo "[]"
}

# new_updates: update_<n>.sh in the project's directory or at the source's top, by number, that this host has not run.
new_updates() {
  local directory path
  directory=$(python3 -Ic 'import json, sys; print(json.load(open(sys.argv[1]))["directory"])' "$NEW/release.json")
  { find "$NEW/source" "$NEW/source/$directory" -maxdepth 1 -name 'update_*.sh' -type f -printf '%f\t%p\n'; } |
    grep -E '^update_[0-9]+\.sh' | sort -t _ -k 2n -u | while IFS=$'\t' read -r _ path; do
    [[ -e $UPDATES/${path##*/} ]] || echo "$path"
  done
}

# run_updates PATH…: as the site, with its variables. A site that is new here has nothing behind it that they would update.
run_updates() {
  local path
  install -d -m 755 "$UPDATES"
  for path in "$@"; do
    if [[ -n $(live_release) ]]; then
      say "running ${path##*/}"
      as_site "$NEW" "$NEXT_ENV" exec bash -e "$path" >&2 </dev/null || give_up "${path##*/} of release $RELEASE failed (see above)"
    else
      say "${path##*/} is not run: the site is new on this host"
    fi
    echo "$RELEASE $(date -u +%FT%TZ) $(sha256sum <"$path" | cut -c 1-64)" >"$UPDATES/${path##*/}"
  done
}

# give_up WHY: leaves a database that the release which serves can work with, or says why not; ends.
give_up() {
  local live
  live=$(live_release)
  [[ -n $live ]] || die "$1"
  put_database_back "$live"
  die "$1; $(goes_on)${DATABASE_SAYS:+; $DATABASE_SAYS}"
}

# put_database_back LIVE: what was done to the database for RELEASE is undone as far as LIVE needs it. Sets DATABASE_SAYS; and
# DATABASE_MISFIT when LIVE can't work with it.
put_database_back() {
  local live=$1
  case $DATABASE_CHANGED in
    forward) undo_forward "$live" ;;
    backward)
      in_release "$TOP/releases/$live" /etc/trinode/app.env migrate >&2 && DATABASE_SAYS="its migrations are there again" ||
        DATABASE_SAYS="its migrations could not be put back: run  trinode manage migrate"
      ;;
    restored)
      restore_dump "$BEFORE_RESTORE" && DATABASE_SAYS="the database is again as it was" ||
        DATABASE_SAYS="the database could not be put back: it is in $BEFORE_RESTORE"
      ;;
  esac
}

undo_forward() {
  local misfits irreversible judged
  judged=$(known_by "$1" | in_release "$NEW" "$NEXT_ENV" judge) || {
    DATABASE_SAYS="what became of the database could not be found out"
    return 0
  }
  read -r misfits irreversible <<<"$judged"
  if [[ $(sed 1d <<<"$judged") == "[]" ]]; then
    DATABASE_SAYS="the database is as it was"
  elif ((misfits == 0)); then
    DATABASE_SAYS="the database keeps $(migrations_in "$judged"), which does it no harm"
  elif ((irreversible == 0)) && known_by "$1" | in_release "$NEW" "$NEXT_ENV" backward >&2; then
    DATABASE_SAYS="the migrations that it does not fit were taken back"
  else
    DATABASE_MISFIT=yes
    DATABASE_SAYS="but it does not fit the database any more ($(reasons_in "$judged")): mend the release and run it again, or bring the backup back: ./site rollback $1 --restore"
  fi
}

# step_back LIVE: the database has migrations that the new release does not know. ROLLBACK_MODE says what may be done.
step_back() {
  local judged misfits irreversible
  judged=$(record known "$RELEASE" | in_release "$TOP/releases/$1" /etc/trinode/app.env judge) || die "release $1 can't say what it changed; $(goes_on)"
  read -r misfits irreversible <<<"$judged"
  case ${ROLLBACK_MODE:-plain} in
    migrate)
      ((irreversible == 0)) || die "the migrations since release $RELEASE can't all be taken back ($(irreversible_in "$judged")): use --restore; $(goes_on)"
      back_up "$RELEASE" "$1"
      say "taking back the migrations since release $RELEASE"
      DATABASE_CHANGED=backward
      record known "$RELEASE" | in_release "$TOP/releases/$1" /etc/trinode/app.env backward >&2 || give_up "taking migrations back failed (see above)"
      ;;
    restore)
      local dump
      dump=$(sed 1d <<<"$judged" | record backup "$RELEASE" 2>/dev/null) ||
        die "there is no backup from before the migrations that release $RELEASE does not know; $(goes_on)"
      back_up "$RELEASE" "$1"
      BEFORE_RESTORE=$(printf '%s\n' "$RECORDS/$RELEASE"/before-*.dump | tail -n 1)
      say "bringing the database back: $dump"
      restore_dump "$dump" || die "the backup could not be brought back; nothing was changed; $(goes_on)"
      DATABASE_CHANGED=restored
      ;;
    *)
      ((misfits == 0)) || die "release $RELEASE does not fit the database any more: $(reasons_in "$judged"). $(goes_on). Ways: --migrate (takes migrations back), --restore (the backup made before)"
      ;;
  esac
}

# restore_dump FILE: everything that the site owns in its database is replaced by what is in the dump; all of it or nothing.
# Extensions are not the site's own: they stay.
restore_dump() (
  local owner
  database_environment
  owner=$(psql -XAtqc "SELECT quote_ident(current_user)") || return 1
  {
    # Ended by us, when all of the dump has been read: psql itself would commit half of one.
    echo "BEGIN; SET LOCAL lock_timeout = '30s'; DROP OWNED BY $owner;" &&
      pg_restore --no-owner --no-acl --file=- --use-list=<(pg_restore --list "$1" | grep -vE ' (EXTENSION|COMMENT - EXTENSION|SCHEMA - public) ') "$1" &&
      echo "COMMIT;"
  } | psql -Xq -v ON_ERROR_STOP=1 >/dev/null
)

migrations_in() { sed 1d <<<"$1" | "$PYTHON/release_say.py" migrations; }
reasons_in() { sed 1d <<<"$1" | "$PYTHON/release_say.py" reasons; }
irreversible_in() { sed 1d <<<"$1" | "$PYTHON/release_say.py" irreversible; }
