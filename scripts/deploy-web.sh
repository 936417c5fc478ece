#!/usr/bin/env bash
# trinode-deploy-web (deploy-web.sh, as in the site's dossier): nginx checks its configuration and takes it over again; nobody
# notices. Domains and the application's address come from the configuration.
# Usage: deploy-web.sh. Exit: 0 taken over, 1 refused (what was live stays), 64 not used as it should be.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/nginx.sh
. /usr/local/lib/trinode/lib/nginx.sh

main() {
  if (($# > 0)); then
    say "usage: deploy-web.sh"
    say "Domains come from the configuration: pulumi config set --path 'trinode:domains[N]' NAME && pulumi up"
    exit 64
  fi
  nginx -t -q || die "nginx refuses its configuration (see above); what was live stays"
  reload_gently
}

main "$@"
