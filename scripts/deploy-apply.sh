#!/usr/bin/env bash
# trinode-deploy-apply (deploy-apply.sh, as in the site's dossier): the release that serves, again, with what is configured and
# what was changed on this host; nobody notices. Passwords and addresses come from the configuration, never from arguments.
# Usage: deploy-apply.sh. Exit: 0 it serves, 1 it does not (what served before does), 64 not used as it should be.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

main() {
  if (($# > 0)); then
    say "usage: deploy-apply.sh"
    say "Password, address and user come from the configuration: ./site env set NAME, or: pulumi config set … && pulumi up"
    exit 64
  fi
  app_settings
  serve_again
}

main "$@"
