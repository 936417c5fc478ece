#!/usr/bin/env bash
# Lets the site into its database no more, and sends away who is in; or lets it in again. The server's administrator always gets in: backups
# are made meanwhile. Sent to a database server by `./site rebuild`.
# usage: hold.sh on|off      Exit: 0 it is so, 1 it is not.
set -euo pipefail

main() {
  local limit=-1
  [[ $1 == off ]] || limit=0
  # DATABASE
  # shellcheck source=/dev/null
  . /etc/trinode/backup.env
  cd /
  ask "ALTER DATABASE :\"name\" CONNECTION LIMIT $limit"
  [[ $1 == off ]] || send_away
}

ask() { runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -v name="$DATABASE" <<<"$1"; }

send_away() {
  local sessions="FROM pg_stat_activity s JOIN pg_roles r ON r.rolname = s.usename WHERE s.datname = :'name' AND NOT r.rolsuper"
  for _ in {1..100}; do
    ask "SELECT count(pg_terminate_backend(s.pid)) $sessions" >/dev/null
    [[ $(ask "SELECT count(*) $sessions") != 0 ]] || return 0
    sleep 0.1
  done
  echo "sessions of the site do not end" >&2
  return 1
}

main "$@"
