#!/usr/bin/env bash
# trinode-status-app: how the application server is: its release, its processes, whether the site answers as it should.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

main() {
  local well=0
  app_settings
  echo "release   $(current_release || echo none) (kept: $(releases | paste -sd ' '))"
  check "processes" processes || well=1
  check "nginx" systemctl is-active nginx || well=1
  check "answer" answer || well=1
  echo "disk      $(df -h --output=pcent,avail "$TOP" | tail -n 1 | xargs | sed 's/ /, /') free"
  return "$well"
}

# check NAME COMMAND…: one line, with what the command says.
check() {
  local name=$1 said code=0
  shift
  said=$("$@" 2>&1) || code=1
  printf '%-9s %s%s\n' "$name" "$([[ $code == 0 ]] || echo 'NOT WELL: ')" "$(paste -sd '|' <<<"$said" | sed 's/|/; /g')"
  return "$code"
}

processes() { supervisorctl status "$SITE:*" | tr -s ' '; }

answer() { probe_site 10 && echo "$HEALTH_PATH of $DOMAIN answers $HEALTH_STATUS"; }

main "$@"
