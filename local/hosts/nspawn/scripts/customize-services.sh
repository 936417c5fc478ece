#!/usr/bin/env bash
# Finishes the tree that the network's own services run from. Called by mmdebstrap.
# Parameters: the tree's directory. Exit: 0 done.
set -euo pipefail

root=$1

main() {
  if [ -d /usr/local/share/ca-certificates ]; then
    cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >/dev/null 2>&1
  fi
  # Places to mount an instance's own files at.
  mkdir -p "$root/srv/data" "$root/srv/config"
  rm -f "$root/etc/resolv.conf"
  : >"$root/etc/resolv.conf"
}

main
