#!/usr/bin/env bash
# trinode-processes-apply: what runs beside gunicorn (app.processes, app.schedule), as configured and with the release that serves.
# Exit: 0 all runs, 1 something does not (the reason and its log lines are on standard error), 75 a release is being made.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/processes.sh
. /usr/local/lib/trinode/lib/processes.sh

main() {
  app_settings
  release_lock
  apply_processes
}

main "$@"
