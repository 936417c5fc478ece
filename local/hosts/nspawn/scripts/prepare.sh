#!/usr/bin/env bash
# Makes a host's disk and writes its first files. Run in a mount namespace of its own.
# Environment: HOST (the host's directory; HOST/seed has the files), IMAGE (the image's directory), DISK_MB.
# Standard input: root's password; empty for none. Exit: 0 done.
set -euo pipefail
. "$(dirname "$0")/disk.sh"

main() {
  local password
  rm -rf --one-file-system "$HOST/disk" "$HOST/disk.img"
  make_image_file
  mount_disk
  cp -a --no-preserve=ownership "$HOST/seed/." "$HOST/root/"
  chmod 700 "$HOST/root/root/.ssh"
  if [ -d "$HOST/seed/var/lib/cloud/seed" ]; then
    rm -f "$HOST/root/etc/cloud/cloud-init.disabled"
  fi
  trust_authority
  make_host_keys
  # The image is up to date: spares the first boot what systemd does after an update of /usr.
  touch "$HOST/root/etc/.updated" "$HOST/root/var/.updated"
  # The last character of the last line may be missing, the password may have any other.
  IFS= read -r password || true
  if [ -n "$password" ]; then
    printf 'root:%s\n' "$password" | chroot "$HOST/root" chpasswd
  fi
  sync --file-system "$HOST/disk"
}

# No RSA key: finding one takes up to a second of processor time for each host, and no client needs it.
make_host_keys() {
  local type
  for type in ecdsa ed25519; do
    ssh-keygen -q -t "$type" -N "" -C "root@$(cat "$HOST/seed/etc/hostname")" -f "$HOST/root/etc/ssh/ssh_host_${type}_key"
  done
}

# What update-ca-certificates would do in half a second, which every new host would pay.
trust_authority() {
  local name=usr/local/share/ca-certificates/local-linode.crt certs="$HOST/root/etc/ssl/certs"
  if [ ! -f "$HOST/seed/$name" ]; then
    return
  fi
  cat "$HOST/seed/$name" >>"$certs/ca-certificates.crt"
  ln -sf "/$name" "$certs/local-linode.pem"
  ln -sf local-linode.pem "$certs/$(openssl x509 -noout -hash -in "$HOST/seed/$name").0"
}

# A sparse file: it takes what the host has written. Where it cannot be mounted the disk has no size of its own.
make_image_file() {
  if ! truncate -s "${DISK_MB}M" "$HOST/disk.img" ||
    ! mkfs.ext4 -q -m 1 -E nodiscard,lazy_itable_init=1,lazy_journal_init=1 "$HOST/disk.img" ||
    ! mount -o loop "$HOST/disk.img" /mnt; then
    echo "no loop devices here: the disk's size is not a limit" >&2
    rm -f "$HOST/disk.img"
    return
  fi
  umount /mnt
}
main "$@"
