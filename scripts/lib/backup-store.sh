# shellcheck shell=bash
# Putting what has been staged into repositories, and reading it back from there. Sourced after backups.sh.

# store PART ID DIRECTORY WORD…: into every place; WORDs are paths (relative ones in DIRECTORY) and options of restic. Each place is tried, whatever becomes of another.
store() {
  local place failed=0
  for place in $(places); do
    attempt store_at "$place" "$@"
    if ((ATTEMPT != 0)); then
      failed=1
      log "$2: $1, $place: FAILED"
    fi
  done
  return "$failed"
}

# store_at PLACE PART ID DIRECTORY WORD…
store_at() {
  local place=$1 part=$2 id=$3 directory=$4 tags=() snapshot verdict tag
  shift 4
  cd "$directory" || exit
  open_repository "$place" "$part"
  while read -r tag; do
    tags+=(--tag "$tag")
  done < <("$PYTHON/backup_manifest.py" tags <manifest.json)
  snapshot=$(add "$place" "$part" "${tags[@]}" "$@") || die "nothing was put into the repository ($place)"
  verdict=$(read_back "$place" "$part" "$snapshot") || die "what was put into the repository ($place) does not read back"
  # The proof lies with what it proves, encrypted like it.
  add "$place" "$part" --tag "id:$id,kind:verified,of:$snapshot" --stdin --stdin-filename verified.json <<<"$verdict" >/dev/null ||
    die "the proof could not be put into the repository ($place)"
  log "$id: $part, $place: verified ($verdict)"
}

# open_repository PLACE PART: made when it is not there.
open_repository() {
  local said
  said=$(in_repository "$1" "$2" cat config --no-lock 2>&1 >/dev/null) && return 0
  in_repository "$1" "$2" init >/dev/null 2>&1 || die "the repository ($1) can't be opened: $(tail -n 1 <<<"$said")"
}

# add PLACE PART ARGUMENT…: the id of the new snapshot. A file that vanishes while it is read (exit 3) is no failure: uploads come and go.
add() {
  local code=0 said wait=()
  # Whoever prunes has the repository for himself meanwhile. (restic of Debian 12 can't wait.)
  ! restic backup --help | grep -q -- --retry-lock || wait=(--retry-lock 30m)
  said=$(in_repository "$1" "$2" backup "${wait[@]}" --json --host trinode "${@:3}") || code=$?
  ((code == 0 || code == 3)) || return "$code"
  sed -n 's/.*"message_type":"summary".*"snapshot_id":"\([0-9a-f]*\)".*/\1/p' <<<"$said" | grep .
}

# read_back PLACE PART SNAPSHOT: every byte, held against the manifest; prints what was found, as JSON.
read_back() { in_repository "$1" "$2" dump --no-lock --archive tar "$3" / | "$PYTHON/backup_verify.py"; }

# prune_local PART: copies on this server that have had their time go. Those in the bucket are not this server's to delete.
prune_local() {
  local gone=() now
  now=$(date -u +%FT%TZ)
  # What a killed run has left; those of living ones stay.
  in_repository local "$1" unlock
  mapfile -t gone < <(snapshots local "$1" | "$PYTHON/backup_keep.py" snapshots "$now" "$KEEP_ALL" "$KEEP_DAILY" "$KEEP_WEEKLY")
  ((${#gone[@]})) || return 0
  in_repository local "$1" forget --prune "${gone[@]}" >/dev/null
  log "$1: ${#gone[@]} snapshots on this server had had their time"
}
