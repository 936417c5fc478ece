#!/usr/bin/env bash
# trinode-restore-files: a backup's uploads, brought back beside those in use, checked, and put in their place from one moment to the next.
# Usage: trinode restore-files prepare ID [local|offsite|any [resume]]    nothing in use is touched; to resume: what is done is done
#                              prepare-sent ID [resume]    the same, with a copy of another server's on standard input: a tar of its manifest.json,
#                                            verified.json, and its uploads in uploads/
#                              swap ID       the checked ones in place of those in use, which are kept beside
#                              finish ID
# Each can be run again. The configuration in the backup is not put back: pulumi up has it. Exit: 0 done, 1 refused or failed (what is
# in use is untouched), 64 usage, 75 another one is at work.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/backups.sh
. /usr/local/lib/trinode/lib/backups.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

readonly FINISHED=/var/lib/trinode/backups/restored-files

main() {
  local verb=${1:-} id=${2:-}
  [[ $verb =~ ^(prepare|prepare-sent|swap|finish)$ && $id =~ ^20[0-9]{6}T[0-9]{6}Z$ ]] || {
    echo "usage: trinode restore-files prepare ID [local|offsite|any [resume]] | prepare-sent ID [resume] | swap ID | finish ID" >&2
    exit 64
  }
  backup_settings
  SITE_USER=$(site_user)
  backup_lock files
  MEDIA=${MEDIA%/}
  # In the same file system, where a rename is one step.
  readonly BESIDE=${MEDIA%/*}/.restore
  readonly RESTORED=$BESIDE/files$MEDIA
  "${verb//-/_}" "$id" "${@:3}"
}

# prepare ID [PLACE [resume]]
prepare() {
  local place snapshot proof found
  if is_done "$1" "${3:-}"; then return 0; fi
  make_beside
  found=$(find_copy files "$1" "${2:-any}")
  read -r place snapshot proof <<<"$found"
  say "fetching uploads of backup $1 ($place)"
  # What lies at other paths (the backup of a site with another directory) is not guessed at.
  in_repository "$place" files restore --no-lock "$snapshot" --target "$BESIDE/files" --include "$MEDIA" >&2 || die "the copy ($place) can't be read"
  in_repository "$place" files dump --no-lock "$snapshot" /manifest.json >"$BESIDE/manifest.json"
  [[ $proof == - ]] || in_repository "$place" files dump --no-lock "$proof" /verified.json >"$BESIDE/verified.json"
  check "$1"
}

# prepare_sent ID [resume]
prepare_sent() {
  if is_done "$1" "${2:-}"; then
    # Whoever sends is heard to the end.
    cat >/dev/null
    return 0
  fi
  make_beside
  say "receiving uploads of backup $1"
  tar --extract --no-same-owner --directory "$BESIDE" || die "the uploads did not arrive whole; nothing was changed"
  "$PYTHON/backup_check.py" copy "$BESIDE/manifest.json" files "$1" || die "that is no copy of backup $1; nothing was changed"
  install -d -m 755 "${RESTORED%/*}"
  [[ ! -d $BESIDE/uploads ]] || mv -T "$BESIDE/uploads" "$RESTORED"
  check "$1"
}

# is_done ID [resume]: says so, too.
is_done() {
  swapped "$1" || { [[ $2 == resume ]] && finished "$1"; } || return 1
  echo '{"swapped": true}'
}

make_beside() {
  keep_former
  rm -rf --one-file-system "$BESIDE"
  install -d -m 700 "$BESIDE"
}

# check ID: what lies beside is what was backed up; from here on it may change places with what is in use.
check() {
  [[ -d $RESTORED ]] || install -d -m 755 "$RESTORED"
  "$PYTHON/backup_uploads.py" "$BESIDE" "$RESTORED" || die "what was restored is not what was backed up (see above)"
  chown -R --no-dereference "$SITE_USER:$SITE" "$RESTORED"
  # By what it is, not by its name: after the change of places it is told by that.
  stat -c '%i' "$RESTORED" >"$BESIDE/inode"
  echo "$1" >"$BESIDE/checked"
  echo '{"swapped": false}'
}

# Where another restore was cut off after its change of places, what lies beside is what was in use before it: nobody else has it.
keep_former() {
  local other
  other=$(cat "$BESIDE/checked" 2>/dev/null) || return 0
  if swapped "$other"; then finish "$other" >&2; fi
}

# Whether the uploads in use are those that were prepared.
swapped() {
  [[ $(cat "$BESIDE/checked" 2>/dev/null) == "$1" && $(cat "$BESIDE/inode" 2>/dev/null) == "$(stat -c '%i' "$MEDIA" 2>/dev/null)" ]]
}

# Whether the last restore was of this backup, and was finished.
finished() { [[ ! -e $BESIDE && $(cat "$FINISHED" 2>/dev/null) == "$1" ]]; }

swap() {
  if ! swapped "$1" && ! finished "$1"; then
    [[ $(cat "$BESIDE/checked" 2>/dev/null) == "$1" ]] || die "the uploads of backup $1 are not prepared: trinode restore-files prepare $1"
    [[ -d $MEDIA ]] || install -d -m 755 -o "$SITE_USER" -g "$SITE" "$MEDIA"
    "$PYTHON/exchange.py" "$RESTORED" "$MEDIA"
    log "restored: uploads of backup $1 are in use"
  fi
  echo "uploads of backup $1 are in use"
}

finish() {
  local before
  if finished "$1"; then
    echo "the former uploads are kept as $(printf '%s\n' "$MEDIA".before-* | tail -n 1)"
    return 0
  fi
  swapped "$1" || die "the uploads of backup $1 are not in use"
  before=$MEDIA.before-$(date -u +%Y%m%dT%H%M%SZ)
  if [[ -d $RESTORED ]]; then mv -T "$RESTORED" "$before"; fi
  install -D -m 644 /dev/stdin "$FINISHED" <<<"$1"
  rm -rf --one-file-system "$BESIDE"
  echo "the former uploads are kept as $before"
}

main "$@"
