#!/usr/bin/env bash
# Becomes one of the network's own services: in the hosts' network, in a tree of its own, without privileges.
# Run in a mount namespace of its own.
# Environment: IMAGE (the services image), MOUNT (an empty directory), CONFIG (mounted read-only at /srv/config),
# DATA (mounted at /srv/data; if it ends in "-", the first of DATA0, DATA1 … that no other instance uses),
# RESOLVER (address), NAMESPACE, RUN_AS (a user of the image).
# Parameters: the command. Exit: 1 it could not be prepared, otherwise the command's.
set -euo pipefail

main() {
  claim_data
  mkdir -p "$MOUNT" "$DATA"
  mount --bind -o ro "$IMAGE" "$MOUNT"
  mount -o remount,bind,ro "$MOUNT"
  mount --bind "$CONFIG" "$MOUNT/srv/config"
  mount -o remount,bind,ro "$MOUNT/srv/config"
  mount --bind "$DATA" "$MOUNT/srv/data"
  chroot "$MOUNT" chown -R "$RUN_AS:" /srv/data
  mount -t tmpfs -o mode=1777,size=16m tmpfs "$MOUNT/tmp"
  echo "nameserver $RESOLVER" >"$MOUNT/tmp/resolv.conf"
  mount --bind "$MOUNT/tmp/resolv.conf" "$MOUNT/etc/resolv.conf"
  exec nsenter --net="/run/netns/$NAMESPACE" -- chroot --userspec="$RUN_AS:" "$MOUNT" \
    env -i PATH=/usr/sbin:/usr/bin HOME=/srv/data "$@"
}

# Two instances must not write to one cache at the same time, but the next one should find it.
claim_data() {
  local number=0 base=$DATA
  if [[ "$base" != *- ]]; then
    return
  fi
  mkdir -p "$(dirname "$base")"
  while true; do
    DATA=$base$number
    exec 9>"$DATA.lock"
    if flock --nonblock 9; then
      return
    fi
    number=$((number + 1))
  done
}
main "$@"
