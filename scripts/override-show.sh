#!/usr/bin/env bash
# trinode-override-show: what was changed on this host, with its values: NAME=VALUE ended by NUL each; the site's unix user as
# trinode:app.user.
# Usage: trinode override-show --secret. Exit: 0, 64 without --secret.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

if [[ ${1:-} != --secret ]]; then
  say "usage: trinode override-show --secret     (prints values; for ./site env adopt)"
  exit 64
fi
"$PYTHON/app_env.py" merge "$OVERRIDES" /dev/null
[[ ! -s $USER_OVERRIDE ]] || printf '%s=%s\0' "$USER_KEY" "$(<"$USER_OVERRIDE")"
