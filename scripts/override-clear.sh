#!/usr/bin/env bash
# trinode-override-clear: what was changed on this host is again as configured, all or what is named: variables, and trinode:app.user;
# nobody notices.
# Usage: trinode override-clear [NAME…] [--keep-serving]
#   --keep-serving: changes nothing that runs; for ./site env adopt, whose next `up` brings the same values.
# Exit: 0, 1 the site does not serve without them (they stay), or a name was not changed here.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

main() {
  local names=() word serving=
  for word in "$@"; do
    if [[ $word == --keep-serving ]]; then serving=yes; else names+=("$word"); fi
  done
  app_settings
  if [[ -n $serving ]]; then clear_values "${names[@]}"; else with_overrides clear_values "${names[@]}"; fi
}

clear_values() {
  local name
  (($# > 0)) || rm -f "$OVERRIDES" "$USER_OVERRIDE"
  for name in "$@"; do
    if [[ $name == "$USER_KEY" ]]; then rm -f "$USER_OVERRIDE"; else "$PYTHON/app_env.py" unset "$OVERRIDES" "$name"; fi
  done
}

main "$@"
