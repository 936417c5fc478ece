# shellcheck shell=bash
# Sourced by the scripts that need a host's disk, in a mount namespace of their own: what is mounted here goes with it.
# Environment: HOST (the host's directory), IMAGE (the image's directory), DISK_MB (the plan's disk).
# HOST/disk.img   a file system of the plan's size, where this machine has loop devices; otherwise HOST/disk is a plain directory
# HOST/disk       what the host has written
# HOST/root       the image with that on top

mount_disk() {
  local loop
  mkdir -p "$HOST/disk" "$HOST/root"
  if [ -f "$HOST/disk.img" ]; then
    grow_disk
    mount -o loop,discard "$HOST/disk.img" "$HOST/disk"
    # Without it, every byte is cached twice and written at half the speed.
    loop=$(findmnt --noheadings --output SOURCE --target "$HOST/disk")
    losetup --direct-io=on "$loop" 2>/dev/null || true
  fi
  mkdir -p "$HOST/disk/upper" "$HOST/disk/work"
  mount -t overlay overlay -o "lowerdir=$IMAGE,upperdir=$HOST/disk/upper,workdir=$HOST/disk/work" "$HOST/root"
}

# A larger plan has a larger disk, a smaller one keeps it. Not while it is mounted: that needs CAP_SYS_RESOURCE.
grow_disk() {
  local blocks size
  # The file system's own size: the file may have grown in a start that was interrupted.
  read -r blocks size < <(dumpe2fs -h "$HOST/disk.img" 2>/dev/null |
    awk -F: '/^Block count/ { count = $2 } /^Block size/ { size = $2 } END { print count, size }')
  if [ "$((blocks * size))" -ge "$((DISK_MB * 1024 * 1024))" ]; then
    return
  fi
  # 1: it had to be mended, and was.
  e2fsck -f -p "$HOST/disk.img" >/dev/null || [ $? = 1 ]
  truncate -s "${DISK_MB}M" "$HOST/disk.img"
  resize2fs "$HOST/disk.img" >/dev/null 2>&1
}
