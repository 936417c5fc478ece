#!/usr/bin/env bash
# Builds a Debian image as a directory: beside its place, then renamed.
# Environment: TARGET (the image's directory), SUITE, PACKAGES (comma-separated), CUSTOMIZE
# (script beside this one that finishes the tree), MIRROR (http://host, with debian/ and debian-security/; empty: Debian's own).
# Exit: 0 it is there, otherwise it is not.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
part="$TARGET.part"
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

main() {
  if [ -d "$TARGET" ]; then
    return
  fi
  rm -rf --one-file-system "$part"
  local sources=()
  if [[ -n $MIRROR ]]; then
    sources=(
      "deb $MIRROR/debian $SUITE main"
      "deb $MIRROR/debian $SUITE-updates main"
      "deb $MIRROR/debian-security $SUITE-security main"
    )
  fi
  # Debian's own keys: apt of an Ubuntu trusts others.
  # Nothing of an unfinished image is kept, so nothing needs to be on the disk before the end.
  mmdebstrap --variant=minbase --mode=root --include="$PACKAGES" --keyring="$KEYRING" \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' \
    --customize-hook="$here/$CUSTOMIZE" \
    "$SUITE" "$part" "${sources[@]}"
  sync --file-system "$part"
  mv -T "$part" "$TARGET"
}
main "$@"
