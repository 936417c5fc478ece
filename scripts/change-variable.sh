#!/usr/bin/env bash
# trinode-change-variable (change-variable.sh, as in the site's dossier): changes a variable of the site on this host; nobody
# notices. `pulumi up` keeps it; `./site env adopt` puts it into the configuration, `trinode override-clear NAME` takes it back.
# Usage: change-variable.sh NAME <VALUE       at a terminal, the value is asked for
# Exit: 0 it serves with the new value, 1 it does not (the one before does), 64 not used as it should be.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

main() {
  if (($# != 1)); then
    say "usage: change-variable.sh NAME <VALUE"
    (($# < 2)) || say "The value is read from standard input, and is no argument: everybody on this host sees arguments, and the shell keeps them."
    exit 64
  fi
  app_settings
  with_overrides new_value "$1"
  say "$1 is changed on this host. Put it into the configuration: ./site env adopt"
}

new_value() {
  local value
  if [[ -t 0 ]]; then
    read -rsp "$1: " value
    echo >&2
    "$PYTHON/app_env.py" set "$OVERRIDES" "$1" <<<"$value"
  else
    "$PYTHON/app_env.py" set "$OVERRIDES" "$1"
  fi
}

main "$@"
