#!/usr/bin/env bash
# trinode-check-in: tells one of Sentry's cron monitors how a timer's run goes. Run by the timers' units, before and after.
# usage: check-in.sh MONITOR begun|ended    e.g. backup-database; how it has ended says systemd
# Environment: INVOCATION_ID and, with ended, SERVICE_RESULT. Exit: 0 told, or there is nobody to tell; 1 not told.
# https://docs.sentry.io/product/crons/getting-started/http/
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

readonly FILE=/etc/trinode/check-in.env

main() {
  local monitor=$1 status=in_progress kind config
  [[ -e $FILE ]] || return 0
  # shellcheck source=/dev/null
  . "$FILE"
  if [[ $2 == ended ]]; then
    status=error
    [[ $SERVICE_RESULT != success ]] || status=ok
  fi
  kind=MONITOR_${monitor%%-*}
  kind=${kind^^}
  config=${!kind:+,\"monitor_config\":${!kind}}
  # The address has the key in it: it goes where no list of processes shows it.
  printf 'url = "%s/%s-%s/%s/"\n' "$CRONS" "$SLUG" "$monitor" "$PUBLIC_KEY" |
    curl --silent --show-error --fail --max-time 10 --output /dev/null --config - --header "content-type: application/json" \
      --data "{\"check_in_id\":\"$INVOCATION_ID\",\"status\":\"$status\",\"environment\":\"$ENVIRONMENT\"$config}"
}

main "$@"
