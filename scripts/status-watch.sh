#!/usr/bin/env bash
# trinode-status-watch: whether copies and servers are watched, and whether operators hear of it.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
readonly ROLE=web

main() {
  local state said
  [[ -e /etc/trinode/watch.json ]] || return 0
  judge watch "$("$PYTHON/watch_say.py" looked /var/lib/trinode/watch/state.json)" \
    "The timer is off. Turn it on: systemctl enable --now trinode-watch.timer" systemctl is-active --quiet trinode-watch.timer
  while IFS=$'\t' read -r state said; do
    case $state in
      unsent) unwell alerts "$said" "Put the channel right (trinode:monitoring), then: pulumi up" ;;
      *) fact alerts "$said" ;;
    esac
  done < <("$PYTHON/watch_say.py" /etc/trinode/watch.json /var/lib/trinode/watch/state.json)
  return "$UNWELL"
}

main "$@"
