#!/usr/bin/env bash
# trinode-drill: the newest copy that was read back (off the server, where there is a bucket), restored into a database of its own, counted,
# looked at by the site (drill-site.sh on the application server, which meets this in the database), measured, and thrown away.
# The database in use is not touched. Usage: trinode drill
# Evidence: /var/lib/trinode/backups/drills/<when>.json. Exit: 0 the copy is good, 1 it is not, or could not be tried; 75 another one is at work.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck disable=SC2034 # made read-only by the library
BESIDE=trinode_drill LOADER=trinode_drill
readonly SITE_WAIT_SECONDS=900
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
# shellcheck source=lib/restore-database.sh
. /usr/local/lib/trinode/lib/restore-database.sh

main() {
  local code
  behind_the_site "$@"
  umask 077
  backup_settings
  backup_lock drill
  # Not local: it outlives main, for the trap.
  fetched=$BACKUPS/.drill
  rm -rf "$fetched"
  install -d -m 700 "$fetched"
  trap throw_away EXIT
  export TRINODE_REASON=$fetched/reason
  date -u +%FT%TZ >"$fetched/began"
  attempt drill
  install -d -m 755 "$DRILLS"
  log "drill: $("$PYTHON/drill_note.py" "$fetched" "$ATTEMPT" "$DRILLS")"
  code=$ATTEMPT
  attempt /usr/local/lib/trinode/beat.sh
  return "$code"
}

drill() {
  local place id found
  found=$(newest_copy database) || die "there is no copy that was read back"
  read -r place id _ <<<"$found"
  echo "$place" >"$fetched/place"
  log "drill: trying backup $id ($place)"
  measured fetch fetch "$id" "$place"
  measured restore restore
  measured count check
  measured site ask_site "$id"
}

restore() {
  make_beside
  load
}

# measured NAME COMMAND…
measured() {
  local name=$1 since
  since=$(date +%s%3N)
  shift
  "$@"
  echo "$name $(($(date +%s%3N) - since))" >>"$fetched/milliseconds"
}

# ask_site ID: the application server sees the note on the database, and answers with one. It is asked again and again, with the time: so a
# question of now can be told from one that a killed drill has left.
ask_site() {
  local answer tries=0 end=$((SECONDS + SITE_WAIT_SECONDS))
  say "asking the site what it makes of it"
  while ((SECONDS < end)); do
    answer=$(comment_of "$BESIDE")
    if [[ $answer == "trinode: drill $1 site "* ]]; then
      echo "${answer#*" site "}" >"$fetched/site.json"
      "$PYTHON/drill_note.py" judge "$fetched/site.json" || die "the site does not work with it: $("$PYTHON/drill_note.py" why "$fetched/site.json")"
      return 0
    fi
    ((tries++ % 5)) || ask "COMMENT ON DATABASE $BESIDE IS 'trinode: drill $1 at $(date +%s): what does the site say?'"
    sleep 1
  done
  die "the application server did not look at it within $((SITE_WAIT_SECONDS / 60)) minutes. See there: journalctl -u trinode-drill-site"
}

throw_away() {
  drop_beside || true
  drop_loader || true
  rm -rf "$fetched"
}

main "$@"
