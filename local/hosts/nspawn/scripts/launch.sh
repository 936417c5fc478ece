#!/usr/bin/env bash
# Becomes the nspawn of a host. Run in a mount namespace of its own, which ends with the host.
# Environment: HOST (the host's directory; HOST/boot has files that are written at each boot), IMAGE (the image's
# directory), MACHINE (its name), NAMESPACE (its network), CGROUPS (its control groups, one per line).
set -euo pipefail
. "$(dirname "$0")/disk.sh"

main() {
  local group
  while read -r group; do
    echo $$ >"$group/cgroup.procs"
  done <<<"$CGROUPS"
  # The network has just been made for this boot; a second start of the same host must not touch its disk.
  exec 9>"$HOST/lock"
  flock --nonblock 9
  mount_disk
  rm -f "$HOST"/root/etc/systemd/network/05-eth*.network
  cp -a --no-preserve=ownership --remove-destination "$HOST/boot/." "$HOST/root/"
  SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 exec systemd-nspawn \
    --quiet --boot --directory="$HOST/root" --machine="$MACHINE" \
    --register=no --keep-unit --settings=no --console=read-only \
    --network-namespace-path="/run/netns/$NAMESPACE" --capability=CAP_NET_ADMIN \
    --resolv-conf=off --timezone=off --link-journal=no
}
main "$@"
