#!/usr/bin/env bash
# trinode-status-database: how PostgreSQL is: version, databases with their sizes, connections.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
readonly ROLE=database

main() {
  local version cluster port state _
  cd /
  read -r version cluster port state _ < <(pg_lsclusters --no-header | sort -rV) || true
  if [[ -z ${version:-} ]]; then
    unwell postgresql "there is no cluster" "Make it: pulumi up"
  elif [[ $state != online ]]; then
    tell_stopped "$version" "$cluster" "$state"
  elif ! runuser -u postgres -- pg_isready --quiet --port="$port"; then
    # After a power cut it runs for a while before it does.
    unwell postgresql "takes no connections" \
      "Where it is starting up, wait. See /var/log/postgresql/postgresql-$version-$cluster.log"
  else
    well postgresql "PostgreSQL $(ask 'SHOW server_version'), port $port"
    tell_databases
    tell_connections
  fi
  return "$UNWELL"
}

tell_stopped() {
  local stopped=$STOPPED/postgresql
  if [[ -e $stopped ]]; then
    unwell postgresql "was stopped, $(<"$stopped")" "Start it: ./site start"
  else
    unwell postgresql "is $3" "See /var/log/postgresql/postgresql-$1-$2.log, then: systemctl restart postgresql"
  fi
}

tell_databases() {
  local line
  while IFS= read -r line; do
    fact database "$line"
  done < <(ask "SELECT datname || ', ' || pg_size_pretty(pg_database_size(datname)) FROM pg_database
    WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY datname")
}

tell_connections() {
  local used most longest
  used=$(ask "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
  most=$(ask "SHOW max_connections")
  judge connections "$used of $most" "See what holds them: SELECT * FROM pg_stat_activity" test $((used * 100 / most)) -lt 80
  longest=$(ask "SELECT coalesce(extract(epoch FROM max(now() - xact_start))::int, 0) FROM pg_stat_activity
    WHERE backend_type = 'client backend'")
  judge transaction "the longest one is open for $longest s" "See what it is: SELECT * FROM pg_stat_activity ORDER BY xact_start" \
    test "$longest" -lt 600
}

ask() { runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

main "$@"
