#!/usr/bin/env bash
# trinode-restore-database: a backup's database, made beside the one in use, checked, and put in its place by a rename.
# Usage: trinode restore-database prepare ID [local|offsite|any]    fetched, restored, counted; nothing in use is touched
#                                 prepare-given ID BYTES    the same, with a dump on standard input: SQL (also gzipped), custom format
#                                 prepare-sent ID BYTES     the same, with a copy of another server's on standard input: a tar of its manifest.json
#                                                           and database.dump, which has so many bytes
#                                 swap ID       the checked one in place of the one in use, which is kept under another name
#                                 finish ID     after the site was seen to work with it
# Each can be run again. Output of prepare: JSON {swapped, migrations, place}; of swap and finish: a sentence.
# Exit: 0 done, 1 refused or failed (the database in use is untouched), 64 usage, 75 another one is at work.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
# shellcheck source=lib/restore-database.sh
. /usr/local/lib/trinode/lib/restore-database.sh
# shellcheck source=lib/dump.sh
. /usr/local/lib/trinode/lib/dump.sh
# shellcheck source=lib/restore-given.sh
. /usr/local/lib/trinode/lib/restore-given.sh
# shellcheck source=lib/restore-sent.sh
. /usr/local/lib/trinode/lib/restore-sent.sh

main() {
  local verb=${1:-} id=${2:-}
  [[ $verb =~ ^(prepare|prepare-given|prepare-sent|swap|finish)$ && $id =~ ^20[0-9]{6}T[0-9]{6}Z$ ]] || {
    echo "usage: trinode restore-database prepare ID [local|offsite|any] | prepare-given ID BYTES | prepare-sent ID BYTES | swap ID | finish ID" >&2
    exit 64
  }
  umask 077
  backup_settings
  backup_lock database
  "${verb//-/_}" "$id" "${3:-any}"
}

prepare() {
  if in_use_is "$1"; then
    echo '{"swapped": true, "migrations": []}'
    return 0
  fi
  make_place
  fetch "$1" "$2"
  make_beside
  load
  check
  ask "COMMENT ON DATABASE $BESIDE IS '$(mark "$1")'"
  "$PYTHON/backup_check.py" told "$fetched/manifest.json"
}

prepare_given() {
  make_place
  receive "$2"
  make_beside
  load_given
  judge_given
  ask "COMMENT ON DATABASE $BESIDE IS '$(mark "$1")'"
  "$PYTHON/backup_check.py" told "$fetched/manifest.json"
}

prepare_sent() {
  if in_use_is "$1"; then
    # Whoever sends is heard to the end.
    cat >/dev/null
    echo '{"swapped": true, "migrations": []}'
    return 0
  fi
  make_place
  receive_copy "$1" "$2"
  make_beside
  make_extensions
  load_given
  check
  ask "COMMENT ON DATABASE $BESIDE IS '$(mark "$1")'"
  "$PYTHON/backup_check.py" told "$fetched/manifest.json"
}

make_place() {
  # Not local: it outlives main, for the trap.
  fetched=$BACKUPS/.restore
  rm -rf "$fetched"
  install -d -m 700 "$fetched"
  trap leave EXIT
}

# What is not a whole database, and checked, takes no room.
leave() {
  rm -rf "$fetched"
  drop_loader || true
  [[ $(comment_of "$BESIDE") == "trinode: restoring backup "* ]] || drop_beside || true
}

swap() {
  local before
  if in_use_is "$1"; then
    echo "backup $1 is in use already"
    return 0
  fi
  [[ $(comment_of "$BESIDE") == "$(mark "$1")" ]] || die "backup $1 is not prepared: trinode restore-database prepare $1"
  before=trinode_before_$(date -u +%Y%m%dt%H%M%Sz)
  change_places "$before"
  log "restored: backup $1 is in use; what was in use is kept as $before"
  echo "the former database is kept as $before"
}

finish() {
  in_use_is "$1" || die "backup $1 is not in use"
  ask "COMMENT ON DATABASE \"$DATABASE\" IS 'trinode: restored from backup $1'"
  echo "done"
}

main "$@"
