#!/usr/bin/env bash
# trinode-release-key: before Django's secret key changes on one of several application servers, all of them accept what is signed with
# the new one. What serves goes on serving, restarted one process after the other; on a server that serves nothing yet, or knows the
# key, nothing is done.
# Environment: SITE, KEY_ROTATION. File: /etc/trinode/app.env.key, the variables for that time; empty without a change.
# Exit: 0 it is so, 1 it is not (what served before does), 75 a release is being made.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/commands.sh
. /usr/local/lib/trinode/lib/commands.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

readonly KEY_ENV=/etc/trinode/app.env.key

main() {
  local next
  install_files
  [[ -s $KEY_ENV && -e $LIVE/release/complete && $(known_key) != "$KEY_ROTATION" ]] || return 0
  keep_talking
  app_settings
  release_lock
  RELEASE=$(live_release) NEW=$(readlink "$LIVE/release") NEXT_GUNICORN=/etc/trinode/gunicorn.conf.py
  next=/etc/trinode/next-key.env
  # shellcheck disable=SC2064 # this very file
  trap "rm -f '$next'" EXIT
  (umask 077 && "$PYTHON/app_env.py" merge "$KEY_ENV" "$OVERRIDES" >"$next")
  chgrp "$SITE" "$next" && chmod 640 "$next"
  say "learning the next secret key"
  if ! switch_to "$next"; then
    go_back
    die "release $RELEASE does not serve with the next secret key: ${PROBED#trinode: }; it goes on with the one before"
  fi
  echo "$KEY_ROTATION" >"$LIVE/key-known"
  settled "$KEY_ENV"
}

known_key() { cat "$LIVE/key-known" "$LIVE/key-rotation" 2>/dev/null | sort -n | tail -n 1; }

main "$@"
