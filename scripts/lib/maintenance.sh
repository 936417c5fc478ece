# shellcheck shell=bash
# Whether visitors get the maintenance page. Sourced after common.sh.

# nginx looks for it with every request for a page (templates/nginx/site.conf): there from one request to the next, through
# reloads, restarts and `pulumi up`.
readonly MAINTENANCE=/var/lib/trinode/maintenance

in_maintenance() { [[ -e $MAINTENANCE ]]; }

# since when, by whom
maintenance_note() { cat "$MAINTENANCE"; }
