#!/usr/bin/env bash
# Makes a fresh Debian tree the image that hosts start from. Called by mmdebstrap.
# Parameters: the tree's directory. Exit: 0 done.
set -euo pipefail

root=$1

main() {
  # As on a Linode: English UTF-8, UTC, root by key or password, networkd.
  echo "en_US.UTF-8 UTF-8" >"$root/etc/locale.gen"
  chroot "$root" locale-gen >/dev/null
  echo "LANG=en_US.UTF-8" >"$root/etc/default/locale"
  ln -sf /usr/share/zoneinfo/Etc/UTC "$root/etc/localtime"
  sed -i 's/^#\?PermitRootLogin.*/PermitRootLogin yes/' "$root/etc/ssh/sshd_config"
  chroot "$root" systemctl --quiet enable systemd-networkd.service 2>/dev/null
  trust_authorities
  use_certificates
  # There is no console to log in at, and user data is rare.
  chroot "$root" systemctl --quiet mask console-getty.service getty.target 2>/dev/null
  touch "$root/etc/cloud/cloud-init.disabled"
  forget
}

# The authorities that this machine trusts beyond Debian's, such as a company's proxy.
trust_authorities() {
  if [ -d /usr/local/share/ca-certificates ]; then
    cp -rL /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
    chroot "$root" update-ca-certificates >/dev/null 2>&1
  fi
}

# pip and uv bring authorities of their own and would not know those of this machine.
use_certificates() {
  mkdir -p "$root/etc/uv"
  printf '[global]\ncert = /etc/ssl/certs/ca-certificates.crt\n' >"$root/etc/pip.conf"
  printf 'native-tls = true\n' >"$root/etc/uv/uv.toml"
  printf 'SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt\n' >>"$root/etc/environment"
}

# What must be each host's own, and what only the build needed.
forget() {
  rm -f "$root"/etc/ssh/ssh_host_*_key* "$root/etc/hostname" "$root/etc/resolv.conf" "$root/var/lib/dbus/machine-id"
  : >"$root/etc/machine-id"
  rm -f "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap" "$root/etc/apt/apt.conf.d/99mmdebstrap"
}

main
