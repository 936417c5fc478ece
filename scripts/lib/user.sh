# shellcheck shell=bash disable=SC2153
# The name of the site's unix user. Its number stays whatever it is called: no file changes hands, and what runs goes on. Its group
# keeps the site's name. Sourced after common.sh and app.sh, with the site's settings read.

# A name that was given on this host, over the one that is configured.
readonly USER_OVERRIDE=/etc/trinode/override-user

# The user that the site is to have.
wanted_user() { if [[ -s $USER_OVERRIDE ]]; then cat "$USER_OVERRIDE"; else echo "${APP_USER:-$SITE}"; fi; }

# check_user NAME: dies where the site's user can't be called so. 31 characters are what systemd takes.
check_user() {
  [[ $1 =~ ^[a-z][a-z0-9_-]{0,30}$ ]] ||
    die "\"$1\" is not a name for a unix user (trinode:app.user). Use up to 31 lower-case letters, digits, - and _, a letter first. Nothing has changed"
  [[ $1 == "$(site_user)" ]] || ! getent passwd "$1" >/dev/null ||
    die "this host has a user \"$1\" already, who is not the site's (trinode:app.user). Choose another name. Nothing has changed"
}

# name_user NAME: the site's user is called so, and supervisor and systemd know it by that name. Can be stopped anywhere: between one
# name and the other they have its number, which is right before and after. Supervisor compares numbers, too: for it nothing changes.
name_user() {
  local number
  if [[ $SITE_USER != "$1" ]]; then
    say "the site's user is called $1 from now on, no longer $SITE_USER"
    number=$(id -u "$SITE_USER") && user_in_texts "$number" || return 1
    rename_user "$SITE_USER" "$1" || return 1
    SITE_USER=$1
  fi
  # usermod may have been stopped between its files.
  getent shadow "$1" >/dev/null || pwconv || return 1
  user_in_texts "$1"
}

# usermod looks through /proc for processes of the user, and refuses; to a change of its number, that is right. It has none here.
rename_user() {
  # shellcheck disable=SC2016 # the inner shell's
  unshare --mount bash -c 'mount -t tmpfs none /proc && exec usermod --login "$2" "$1"' - "$1" "$2"
}

# user_in_texts USER: in all texts here that say who runs something of the site's.
user_in_texts() {
  local path texts=()
  for path in "/etc/supervisor/conf.d/$SITE-gunicorn.conf" /etc/supervisor/conf.d/trinode-processes.conf /etc/trinode/processes.conf \
    /etc/systemd/system/trinode-job-*.service; do
    if [[ -e $path ]] && grep -E '^[uU]ser=' "$path" | grep -qv "=$1\$"; then texts+=("$path"); fi
  done
  ((${#texts[@]} == 0)) || { sed -Ei "s/^([uU]ser)=.*/\1=$1/" "${texts[@]}" && systemctl daemon-reload; }
}

# user_in_bundle: the texts that arrive have the configured name. Until what serves can take it, the user has the one before.
user_in_bundle() {
  local index path
  [[ -n ${TRINODE_BUNDLE:-} ]] || return 0
  while IFS=$'\t' read -r index _ _ _ path; do
    case $path in
      /etc/supervisor/conf.d/* | /etc/trinode/processes.conf | /etc/systemd/system/trinode-job-*.service)
        sed -Ei "s/^([uU]ser)=.*/\1=$SITE_USER/" "$TRINODE_BUNDLE/files/$index"
        ;;
    esac
  done <"$TRINODE_BUNDLE/manifest"
}
