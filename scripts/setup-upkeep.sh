#!/usr/bin/env bash
# trinode-setup-upkeep: security updates by themselves, in this server's window, and a clock that is right.
# Exit: 0 done; what a container refuses is said and passed over.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh

main() {
  install_packages unattended-upgrades curl
  synchronise_clock
  install_files
  if changed /etc/systemd/system/apt-daily; then
    systemctl daemon-reload
    systemctl restart apt-daily-upgrade.timer
    settled /etc/systemd/system/apt-daily
  fi
  settled /etc/apt/apt.conf.d/ /etc/trinode/site-health.env
}

synchronise_clock() {
  systemctl is-active --quiet chrony ntpsec systemd-timesyncd && return 0
  if systemd-detect-virt --quiet --container; then
    say "the clock is the machine's that this container runs on: not ours to set"
    return 0
  fi
  install_packages systemd-timesyncd
  enable_service systemd-timesyncd
}

main "$@"
