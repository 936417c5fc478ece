#!/usr/bin/env bash
# trinode-release-confirm: the release serves on all application servers: the first does not go back any more. When it has gone back
# already, the release is made live on it again.
# Environment: SITE. Exit: 0 it is so, 1 it is not, 75 a release is being made.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/line.sh
. /usr/local/lib/trinode/lib/line.sh

main() {
  app_settings
  # What goes back at this very moment is waited for.
  systemctl stop "$BACK_UNIT.timer" 2>/dev/null || true
  release_lock
  forget_former
  [[ -e $WENT_BACK ]] || return 0
  say "this server has gone back meanwhile: the release is made live again"
  set -a
  # shellcheck source=/dev/null
  . "$WENT_BACK"
  set +a
  exec 8>&-
  exec /usr/local/lib/trinode/release-activate.sh >/dev/null
}

main "$@"
