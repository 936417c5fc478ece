#!/usr/bin/env bash
# trinode-run: a command as the site: its user, in the release that serves, with its variables and its Python first.
# Usage: trinode run WORD…, e.g. `trinode run manage.py check`; without a word, a shell. Exit: the command's.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

main() {
  app_settings
  [[ -n $(current_release || true) ]] || die "no release serves yet"
  case ${1:-} in
    "") as_site "$TOP/current" /etc/trinode/app.env exec bash --norc ;;
    manage.py) as_site "$TOP/current" /etc/trinode/app.env manage "${@:2}" ;;
    *) as_site "$TOP/current" /etc/trinode/app.env exec "$@" ;;
  esac
}

main "$@"
