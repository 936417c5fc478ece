#!/usr/bin/env bash
# trinode-status: how this server and each of its roles are.
# Usage: trinode status [--lines]      --lines: for programs, see lib/status.sh
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

main() {
  local part parts=() told code=0
  [[ ${1:-} != --lines ]] || export TRINODE_LINES=1
  # Not local: it outlives main, for the trap.
  told=$(mktemp -d)
  # shellcheck disable=SC2064 # this very directory
  trap "rm -rf '$told'" EXIT
  for part in web app database backups watch host; do
    [[ -x /usr/local/lib/trinode/status-$part.sh ]] || continue
    "/usr/local/lib/trinode/status-$part.sh" >"$told/$part" &
    parts+=("$part" "$!")
  done
  set -- "${parts[@]}"
  while (($#)); do
    wait "$2" || code=1
    cat "$told/$1"
    shift 2
  done
  return "$code"
}

main "$@"
