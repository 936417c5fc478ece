# shellcheck shell=bash disable=SC2153
# A copy of uploads, and of how the site is configured on this server. Sourced after backups.sh.

# What root has here about the site, beside its releases: variables and what was changed on the server. Not the keys of the
# copies themselves: whoever brings them back has those.
readonly CONFIGURATION=(/etc/trinode /var/lib/trinode/updates /var/lib/trinode/releases)
readonly LEFT_OUT=('/etc/trinode/backup*' '/var/lib/trinode/releases/*/*.dump' '/var/lib/trinode/releases/*/.part')

# back_up_files ID
back_up_files() {
  local stage=$BACKUPS/.files.staged paths=() path
  rm -rf "$stage"
  install -d -m 700 "$stage"
  for path in "${CONFIGURATION[@]}"; do
    [[ ! -e $path ]] || paths+=("$path")
  done
  [[ ! -e $MEDIA ]] || paths+=("$MEDIA")
  "$PYTHON/backup_manifest.py" files "$1" "$MEDIA" >"$stage/manifest.json"
  log "$1: copying uploads and configuration"
  store files "$1" "$stage" "${LEFT_OUT[@]/#/--exclude=}" manifest.json "${paths[@]}"
  rm -rf "$stage"
}
