#!/usr/bin/env bash
# trinode-status-backups: whether this server is backed up: timers, and what the last run and the last drill came to. What there is: trinode backups.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
readonly ROLE=host

main() {
  [[ -e /etc/trinode/backup.env ]] || return 0
  tell_timer backups trinode-backup
  tell_backup
  [[ ! -e /etc/systemd/system/trinode-drill-site.timer ]] || tell_timer drills trinode-drill-site
  [[ ! -e /etc/systemd/system/trinode-drill.timer ]] || tell_drill
  return "$UNWELL"
}

# tell_timer NAME UNIT
tell_timer() {
  local next
  next=$(systemctl show --property NextElapseUSecRealtime --value "$2.timer")
  judge "$1" "next: ${next:-none}" "The timer is off. Turn it on: systemctl enable --now $2.timer" systemctl is-active --quiet "$2.timer"
}

tell_backup() {
  local state id when
  if ! read -r state id when < <(cat /var/lib/trinode/backups/last 2>/dev/null); then
    fact backup "none yet; ./site backup makes one"
  elif [[ $state == well ]]; then
    well backup "$id was made and read back, $(places | sed 's/local/on this server/; s/offsite/off it/' | paste -sd , | sed 's/,/ and /'), at $when"
  else
    unwell backup "$id failed, at $when" "See why in $BACKUP_LOG, then: ./site backup"
  fi
}

tell_drill() {
  local state said
  tell_timer drills trinode-drill
  if ! read -r state said < <("$PYTHON/drill_note.py" last "$DRILLS" 2>/dev/null); then
    fact drill "none yet; ./site drill makes one"
  elif [[ $state == well ]]; then
    well drill "$said"
  else
    unwell drill "$said" "Until a drill goes well, do not count on the copies. See $BACKUP_LOG, then: ./site drill"
  fi
}

main "$@"
