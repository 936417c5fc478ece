# shellcheck shell=bash disable=SC2153
# What a restore has put aside goes when nobody has wanted it for long. Sourced after backups.sh.

readonly ASIDE_DAYS=30

# put_aside_before TIME: of the names on standard input that end in a time, like 20260131t021500z, those from before TIME.
put_aside_before() {
  local name
  while read -r name; do
    if [[ ${name^^} =~ (20[0-9]{6}T[0-9]{6}Z)$ && ${BASH_REMATCH[1]} < ${1^^} ]]; then echo "$name"; fi
  done
}

too_old() { put_aside_before "$(date -u -d "-$ASIDE_DAYS days" +%Y%m%dT%H%M%SZ)"; }

# Only after a backup that went well: until then what lies aside may be all that there is.
remove_aside_database() {
  local name
  while read -r name; do
    as_postgres psql -XAtq -v ON_ERROR_STOP=1 -c "DROP DATABASE $name" </dev/null
    log "removed $name: it was put aside more than $ASIDE_DAYS days ago"
  done < <(as_postgres psql -XAtqc "SELECT datname FROM pg_database WHERE datname ~ '^trinode_before_20[0-9]{6}t[0-9]{6}z$'" | too_old)
}

remove_aside_files() {
  local name
  while read -r name; do
    rm -rf --one-file-system -- "$name"
    log "removed $name: it was put aside more than $ASIDE_DAYS days ago"
  done < <(find "$(dirname "${MEDIA%/}")" -mindepth 1 -maxdepth 1 -type d -name "$(basename "${MEDIA%/}").before-20*" | too_old)
}
