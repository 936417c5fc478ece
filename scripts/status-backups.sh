#!/usr/bin/env bash
# trinode-status-backups: whether this server is backed up: the timer, and what the last run came to. What there is: trinode backups.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
readonly ROLE=host

main() {
  local state id when next
  [[ -e /etc/trinode/backup.env ]] || return 0
  next=$(systemctl show --property NextElapseUSecRealtime --value trinode-backup.timer)
  judge backups "next: ${next:-none}" \
    "The timer is off. Turn it on: systemctl enable --now trinode-backup.timer" systemctl is-active --quiet trinode-backup.timer
  if ! read -r state id when < <(cat /var/lib/trinode/backups/last 2>/dev/null); then
    fact backup "none yet; ./site backup makes one"
  elif [[ $state == well ]]; then
    well backup "$id was made and read back, $(places | sed 's/local/on this server/; s/offsite/off it/' | paste -sd , | sed 's/,/ and /'), at $when"
  else
    unwell backup "$id failed, at $when" "See why in $BACKUP_LOG, then: ./site backup"
  fi
  return "$UNWELL"
}

main "$@"
