# shellcheck shell=bash
# Sourced by the scripts that need a host's disk, in a mount namespace of their own: what is mounted here goes with it.
# Environment: HOST (the host's directory), IMAGE (the image's directory).
# HOST/disk.img   a file system of the plan's size, where this machine has loop devices; otherwise HOST/disk is a plain directory
# HOST/disk       what the host has written
# HOST/root       the image with that on top

mount_disk() {
  local loop
  mkdir -p "$HOST/disk" "$HOST/root"
  if [ -f "$HOST/disk.img" ]; then
    mount -o loop,discard "$HOST/disk.img" "$HOST/disk"
    # Without it, every byte is cached twice and written at half the speed.
    loop=$(findmnt --noheadings --output SOURCE --target "$HOST/disk")
    losetup --direct-io=on "$loop" 2>/dev/null || true
  fi
  mkdir -p "$HOST/disk/upper" "$HOST/disk/work"
  mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$HOST/disk/upper,workdir=$HOST/disk/work" "$HOST/root"
}
