# shellcheck shell=bash
# Putting the files of a bundle in place. Sourced after common.sh.

# Paths that were changed and whose service has not been told yet. On disk, so that a run which is stopped between a file
# and its service is finished by the next one.
readonly CHANGED=/var/lib/trinode/changed

# install_files: every file of the bundle that differs from the one on the host, written beside and renamed. Without a
# bundle (a verb run by hand) there is nothing to do. Owners must exist by now.
install_files() {
  local index mode owner group path
  [[ -n ${TRINODE_BUNDLE:-} ]] || return 0
  while IFS=$'\t' read -r index mode owner group path; do
    install_file "$TRINODE_BUNDLE/files/$index" "$mode" "$owner" "$group" "$path"
  done <"$TRINODE_BUNDLE/manifest"
}

install_file() {
  local from=$1 mode=$2 owner=$3 group=$4 path=$5
  if [[ -f $path && ! -L $path ]] && cmp -s "$from" "$path"; then
    if [[ $(stat -c '%a %U %G' "$path") != "$mode $owner $group" ]]; then
      chown "$owner:$group" "$path"
      chmod "$mode" "$path"
    fi
    return 0
  fi
  [[ -d ${path%/*} ]] || install -d -m 755 "${path%/*}"
  install -m "$mode" -o "$owner" -g "$group" "$from" "$path.trinode-new"
  echo "$path" >>"$CHANGED"
  mv -fT "$path.trinode-new" "$path"
}

# changed PREFIX…: whether a file whose path starts with one of these was changed and its service has not been told.
changed() {
  local prefix path
  [[ -f $CHANGED ]] || return 1
  while read -r path; do
    for prefix in "$@"; do
      [[ $path == "$prefix"* ]] && return 0
    done
  done <"$CHANGED"
  return 1
}

# settled PREFIX…: the service behind these files has been told.
settled() {
  local prefix path
  [[ -f $CHANGED ]] || return 0
  while read -r path; do
    for prefix in "$@"; do
      [[ $path == "$prefix"* ]] && continue 2
    done
    echo "$path"
  done <"$CHANGED" >"$CHANGED.new"
  mv -f "$CHANGED.new" "$CHANGED"
}
