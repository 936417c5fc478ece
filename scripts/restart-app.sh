#!/usr/bin/env bash
# trinode-restart-app: restarts the site's processes one after the other; nobody notices.
# Usage: trinode restart-app
# Exit: 0 all are new and the site answers, 1 not, 75 a release is being made.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

main() {
  app_settings
  release_lock
  "$PYTHON/app_restart.py" "$SITE" "$(date +%s.%N)"
  probe_site 10
}

main "$@"
