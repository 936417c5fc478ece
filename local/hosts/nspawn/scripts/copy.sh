#!/usr/bin/env bash
# Copies a host's disk as it is at one moment. Of a host that runs, started in the host's mount namespace: it writes nothing while
# the copy is made, and goes on where it was.
# Environment: HOST (the host's directory), COPY (the directory to make), IMAGE (which its disk is a layer on), RUNNING (yes
# or no). Exit: 0 COPY has all of it, 1 failed.
set -euo pipefail

main() {
  # One that a killed server has left behind ends first.
  exec 9>"$COPY.lock"
  flock 9
  rm -rf --one-file-system "$COPY"
  mkdir -m 700 "$COPY"
  printf %s "$IMAGE" >"$COPY/image"
  if [ ! -f "$HOST/disk.img" ]; then
    copy_directory
  elif [ "$RUNNING" = yes ]; then
    # What is in memory already is copied in a fraction of the time that the host has to wait.
    cat "$HOST/disk.img" >/dev/null
    freeze
    copy_image
    thaw
  else
    copy_image
  fi
  # Not all that the disk below has still to write.
  find "$COPY" -exec sync {} +
}

copy_image() {
  cp --reflink=auto --sparse=always "$HOST/disk.img" "$COPY/disk.img"
}

# A plain directory can't be held still.
copy_directory() {
  if [ "$RUNNING" = yes ]; then
    echo "without loop devices only a Linode that is powered off can be copied" >&2
    exit 1
  fi
  cp -a --reflink=auto "$HOST/disk" "$COPY/disk"
}

# Whatever becomes of this script, somebody lets the host go on: a process of its own, as soon as nobody holds its input.
freeze() {
  # shellcheck disable=SC2016 # $1 is the inner shell's
  exec 8> >(
    exec 9>&-
    exec setsid bash -c 'cat >/dev/null; fsfreeze --unfreeze "$1"' thaw "$HOST/disk"
  )
  watcher=$!
  fsfreeze --freeze "$HOST/disk"
}

# Fails where it went on already, let go by somebody else: the copy is then not of one moment.
thaw() {
  exec 8>&-
  wait "$watcher"
}

main "$@"
