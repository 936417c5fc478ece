#!/usr/bin/env bash
# trinode: the one command on a server; `trinode <verb>` runs /usr/local/lib/trinode/<verb>.sh.
# Exit: the verb's; 64 for an unknown verb.
set -euo pipefail

readonly LIB=/usr/local/lib/trinode

main() {
  local verb=${1:-help}
  case $verb in
    help | --help | -h)
      echo "usage: trinode VERB [ARGUMENT…]"
      echo "Here: $(find "$LIB" -maxdepth 1 -name '*.sh' ! -name trinode.sh -printf '%f\n' | sed 's/\.sh$//' | sort | paste -sd ' ')"
      ;;
    *)
      shift
      if [[ ! $verb =~ ^[a-z-]+$ || ! -x $LIB/$verb.sh ]]; then
        echo "trinode: no verb \"$verb\" here. See: trinode help" >&2
        exit 64
      fi
      exec "$LIB/$verb.sh" "$@"
      ;;
  esac
}

main "$@"
