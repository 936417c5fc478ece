#!/usr/bin/env bash
# trinode-setup-backups: what this server is backed up with: restic, a repository's key, the timer.
# Exit: 0 done.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/host.sh
. /usr/local/lib/trinode/lib/host.sh

main() {
  install_packages restic python3 curl
  install -d -m 700 /var/backups/trinode /var/backups/trinode/logs
  take_away /etc/trinode/backup.key /etc/trinode/backup-offsite.env /etc/trinode/check-in.env
  install_files
  make_local_key
  run_timers
  dossier_names backup job-sql
  settled /etc/trinode/backup /etc/logrotate.d/trinode-backup
  # Whoever watches hears of this server from now on.
  /usr/local/lib/trinode/beat.sh || say "the bucket could not be told how the copies are (see above); tried again within the hour"
}

run_timers() {
  local timer
  local units=(/etc/systemd/system/trinode-backup /etc/systemd/system/trinode-drill /etc/systemd/system/trinode-beat)
  changed "${units[@]}" || return 0
  systemctl daemon-reload
  for timer in trinode-backup trinode-drill trinode-drill-site trinode-beat; do
    [[ -e /etc/systemd/system/$timer.timer ]] || continue
    systemctl enable --quiet "$timer.timer"
    systemctl restart "$timer.timer"
  done
  settled "${units[@]}"
}

# take_away PATH…: those that the bundle does not have (any more).
take_away() {
  local path
  for path in "$@"; do
    cut -f 5 "$TRINODE_BUNDLE/manifest" | grep -qxF "$path" || rm -f "$path"
  done
}

# Of the copies on this server itself: it guards nothing that does not lie beside it, and restic has no repository without one.
make_local_key() {
  local key=/etc/trinode/backup-local.key
  [[ ! -s $key ]] || return 0
  (umask 077 && od -An -N 24 -tx1 /dev/urandom | tr -d ' \n' >"$key.new")
  mv "$key.new" "$key"
}

main "$@"
