#!/usr/bin/env bash
# trinode-status-host: how this machine is, whatever it is for: system, load, memory, disk, updates.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
readonly ROLE=host

main() {
  tell_system
  tell_memory
  tell_disk
  tell_units
  tell_updates
  tell_reboot
  return "$UNWELL"
}

tell_system() {
  local name load
  name=$(sed -n 's/^PRETTY_NAME="\(.*\)"/\1/p' /etc/os-release)
  fact system "$name, Linux $(uname -r), up $(uptime -p | sed 's/^up //')"
  load=$(cut -d ' ' -f 1-3 /proc/loadavg)
  fact load "$load ($(nproc) CPU)"
}

tell_memory() {
  local total available
  total=$(awk '/^MemTotal/ {print int($2 / 1024)}' /proc/meminfo)
  available=$(awk '/^MemAvailable/ {print int($2 / 1024)}' /proc/meminfo)
  judge memory "$available of $total MB free" "See what takes it: ssh here, then top; or a larger plan (trinode:plans)" \
    test $((available * 100 / total)) -ge 5
}

tell_disk() {
  local used free inodes
  read -r used free < <(df --output=pcent,avail -h / | tail -n 1)
  inodes=$(df --output=ipcent / | tail -n 1 | tr -cd '0-9')
  judge disk "$used used, $free free" "Make room (du -xh / | sort -h | tail), or take a larger plan (trinode:plans)" \
    test "${used%\%}" -lt 90 -a "${inodes:-0}" -lt 90
}

tell_units() {
  local failed
  failed=$(systemctl list-units --failed --plain --no-legend --no-pager | awk '{print $1}' | paste -sd ' ')
  if [[ -z $failed ]]; then well units "none failed"; else unwell units "failed: $failed" "Look why: journalctl -u ${failed%% *}"; fi
}

# As the package lists on this host have it; those are refreshed every day.
tell_updates() {
  local upgrades count security remedy="See: systemctl status apt-daily-upgrade.timer"
  upgrades=$(apt-get -s -q -o Debug::NoLocking=true dist-upgrade 2>/dev/null | grep '^Inst ' || true)
  count=$(grep -c . <<<"$upgrades" || true)
  security=$(grep -ciE 'security' <<<"$upgrades" || true)
  if systemctl is-active --quiet apt-daily-upgrade.timer; then
    well updates "$count pending, $security of them for security$(when_applied "$security")"
  else
    unwell updates "$count pending, $security of them for security; none is made by itself" "$remedy"
  fi
}

when_applied() {
  local next
  (($1 > 0)) || return 0
  next=$(systemctl show --property=NextElapseUSecRealtime --value apt-daily-upgrade.timer)
  echo ", made by themselves ${next:-in the night}"
}

tell_reboot() {
  local at
  if [[ -e /run/reboot-required || -e /var/run/reboot-required ]]; then
    at=$(sed -n 's/^Unattended-Upgrade::Automatic-Reboot-Time "\(.*\)";/\1 UTC/p' /etc/apt/apt.conf.d/52trinode-unattended-upgrades 2>/dev/null)
    fact reboot "wanted by an update; done by itself after the next ones${at:+, at $at}"
  else
    fact reboot "not wanted"
  fi
}

main "$@"
