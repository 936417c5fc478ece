#!/usr/bin/env bash
# trinode-override-show: the variables that were changed on this host, with their values: NAME=VALUE ended by NUL each.
# Usage: trinode override-show --secret. Exit: 0, 64 without --secret.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

if [[ ${1:-} != --secret ]]; then
  say "usage: trinode override-show --secret     (prints values; for ./site env adopt)"
  exit 64
fi
"$PYTHON/app_env.py" merge "$OVERRIDES" /dev/null
