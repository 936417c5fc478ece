#!/usr/bin/env bash
# trinode-services: stops or starts what this server runs for one role, and looks whether it is so.
# Usage: trinode services stop ROLE [--until-boot] | start ROLE      ROLE: web, app or database
# A stop outlives reboots, updates and `pulumi up` (which refuses to touch a stopped server), until the start; with --until-boot,
# the next boot starts again. Environment: TRINODE_BY (who, for the note). Exit: 0 it is so, 1 it is not, 64 usage.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/services.sh
. /usr/local/lib/trinode/lib/services.sh

main() {
  local verb=${1:-} role=${2:-} keep=${3:-} units
  [[ $verb =~ ^(stop|start)$ && $role =~ ^(web|app|database)$ ]] || usage
  mapfile -t units < <("units_$role")
  if [[ $verb == stop ]]; then stop_role; else start_role; fi
}

usage() {
  echo "usage: trinode services stop ROLE [--until-boot] | start ROLE" >&2
  exit 64
}

stop_role() {
  local unit
  for unit in "${units[@]}"; do
    [[ $keep == --until-boot ]] || keep_stopped "$unit"
    systemctl stop "$unit"
    # A run that is under way, too: what it works with is about to stop.
    [[ $unit != *.timer ]] || systemctl stop "${unit%.timer}.service"
  done
  wait_for stopped || die "$(running_what) still runs"
  echo "$role: ${units[*]} stopped"
}

start_role() {
  local unit
  mapfile -t units < <(printf '%s\n' "${units[@]}" | tac)
  for unit in "${units[@]}"; do
    forget_stopped "$unit"
    systemctl enable --quiet "$unit" 2>/dev/null
    systemctl start "$unit"
  done
  wait_for running || die "$(running_what) does not run; see: trinode status-$role"
  echo "$role: ${units[*]} started"
}

# wait_for running|stopped: a database writes what it has before it ends, a site takes its time to load.
wait_for() {
  local try
  for try in {1..120}; do
    if "running_$role"; then
      [[ $1 != running ]] || return 0
    else
      [[ $1 != stopped ]] || return 0
    fi
    sleep 0.5
  done
  return 1
}

running_what() {
  case $role in
    web) echo nginx ;;
    app) echo "the site" ;;
    database) echo PostgreSQL ;;
  esac
}

main "$@"
