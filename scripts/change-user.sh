#!/usr/bin/env bash
# trinode-change-user (change-user.sh, as in the site's dossier): gives the site's unix user another name; nobody notices. `pulumi up`
# keeps it; `./site env adopt` puts it into the configuration, `trinode override-clear trinode:app.user` takes it back.
# Usage: change-user.sh USER. Exit: 0 the site serves as that user, 1 it does not (as the one before it does), 64 not used as it should be.
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
    say "usage: change-user.sh USER"
    exit 64
  fi
  app_settings
  check_user "$1"
  with_overrides new_user "$1"
  say "the site runs as $1 on this host$([[ ! -s $USER_OVERRIDE ]] || echo ". Put it into the configuration: ./site env adopt")"
}

new_user() {
  if [[ $1 == "${APP_USER:-$SITE}" ]]; then
    rm -f "$USER_OVERRIDE"
    return 0
  fi
  install -m 644 /dev/stdin "$USER_OVERRIDE.new" <<<"$1"
  mv -fT "$USER_OVERRIDE.new" "$USER_OVERRIDE"
}

main "$@"
