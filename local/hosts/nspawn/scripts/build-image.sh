#!/usr/bin/env bash
# Builds a Debian image as a directory: beside its place, then renamed.
# Environment: TARGET (the image's directory), SUITE, COMPONENTS, MIRROR (http://host, with debian/ and debian-security/).
# Exit: 0 it is there, otherwise it is not.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
part="$TARGET.part"

# What Linode's Debian image has and a deployment may count on. cloud-init runs only where a host has user data.
packages=(
  systemd systemd-sysv dbus libpam-systemd openssh-server sudo locales
  iproute2 iputils-ping netbase procps less nano
  ca-certificates curl gpgv tzdata python3 cloud-init unattended-upgrades
)

main() {
  local include
  if [ -d "$TARGET" ]; then
    return
  fi
  rm -rf --one-file-system "$part"
  include=$(
    IFS=,
    echo "${packages[*]}"
  )
  # Nothing of an unfinished image is kept, so nothing needs to be on the disk before the end.
  mmdebstrap --variant=minbase --mode=root --include="$include" \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
    --customize-hook="$here/customize-image.sh" \
    "$SUITE" "$part" \
    "deb $MIRROR/debian $SUITE $COMPONENTS" \
    "deb $MIRROR/debian $SUITE-updates $COMPONENTS" \
    "deb $MIRROR/debian-security $SUITE-security $COMPONENTS"
  sync --file-system "$part"
  mv -T "$part" "$TARGET"
}
main "$@"
