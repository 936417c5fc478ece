#!/usr/bin/env bash
# trinode: the one command on a server; `trinode <verb>` runs /usr/local/lib/trinode/<verb>.sh.
# Exit: the verb's; 64 for an unknown verb.
set -euo pipefail

readonly LIB=/usr/local/lib/trinode

main() {
  local verb=${1:-help}
  case $verb in
    help | --help | -h)
      tell_verbs
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

# Verbs that people use say how in the head of their file. The others are steps of `pulumi up`.
tell_verbs() {
  echo "usage: trinode VERB [ARGUMENT…]"
  awk 'FNR == 1 { head = 1 } !/^#/ { head = 0 } head && sub(/^# Usage: /, "  ") { sub(/[. ]+Exit: .*/, ""); print }' "$LIB"/*.sh
}

main "$@"
