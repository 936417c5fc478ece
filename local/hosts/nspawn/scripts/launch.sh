#!/usr/bin/env bash
# Runs a host until it is powered off, through its reboots. Started in a mount namespace of its own, which ends with it.
# Environment: HOST (the host's directory; HOST/boot has files that are written at each boot), IMAGE (the image's
# directory), DISK_MB (the plan's disk), MACHINE (its name), NAMESPACE (its network), CGROUPS (its control groups, one per line).
# SIGTERM: orderly power-off. Exit: nspawn's.
set -euo pipefail
. "$(dirname "$0")/disk.sh"

machine=
ending=

# nspawn's exit status for a reboot, which it leaves to whoever started it.
readonly reboot=133

main() {
  local status=$reboot
  join launcher
  # A second start of the same host must not touch its disk.
  exec 9>"$HOST/lock"
  flock --nonblock 9
  mount_disk
  trap power_off TERM
  while [ "$status" = "$reboot" ] && [ -z "$ending" ]; do
    write_boot_files
    run_machine &
    machine=$!
    wait_for_machine
  done
  exit "$status"
}

# A signal ends `wait` early: then wait again.
wait_for_machine() {
  status=0
  wait "$machine" || status=$?
  while kill -0 "$machine" 2>/dev/null; do
    status=0
    wait "$machine" || status=$?
  done
}

# shellcheck disable=SC2317,SC2329 # called by the trap
power_off() {
  ending=yes
  kill -TERM "$machine" 2>/dev/null || true
}

# Version 2 wants a group to have processes or groups in it, not both; nspawn makes groups in its own.
join() {
  local group
  while read -r group; do
    if [ -f "$group/cgroup.type" ]; then
      mkdir -p "$group/$1"
      group=$group/$1
    fi
    echo "$BASHPID" >"$group/cgroup.procs"
  done <<<"$CGROUPS"
}

# What Linode's Network Helper does at each boot.
write_boot_files() {
  rm -f "$HOST"/root/etc/systemd/network/05-eth*.network
  cp -a --no-preserve=ownership --remove-destination "$HOST/boot/." "$HOST/root/"
}

# shellcheck disable=SC2153 # MACHINE is its name, machine its process
run_machine() {
  trap - TERM
  join machine
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn \
    --quiet --boot --directory="$HOST/root" --machine="$MACHINE" \
    --register=no --keep-unit --settings=no --console=read-only \
    --network-namespace-path="/run/netns/$NAMESPACE" --capability=CAP_NET_ADMIN \
    --resolv-conf=off --timezone=off --link-journal=no
}
main "$@"
