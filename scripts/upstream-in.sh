#!/usr/bin/env bash
# trinode-upstream-in: puts an application server back into the upstream, once it answers as it should.
# Environment: ADDRESS, DOMAIN, HEALTH_PATH, HEALTH_STATUS. Exit: 0 it is so, 1 it does not answer.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

# A file for each that is out: nginx looks for it with every request (templates/nginx/site.conf).
readonly OUT=/run/trinode-out

main() {
  local status
  [[ $ADDRESS =~ ^[0-9.]+$ ]] || die "usage: ADDRESS=10.0.0.13 trinode upstream-in"
  [[ -e $OUT/$ADDRESS ]] || return 0
  status=$(curl --silent --output /dev/null --max-time 15 --noproxy '*' --write-out '%{http_code}' --retry 3 --retry-connrefused \
    --header "Host: $DOMAIN" --header "X-Forwarded-Proto: https" "http://$ADDRESS:8000$HEALTH_PATH") || true
  [[ $status == "$HEALTH_STATUS" ]] ||
    die "$HEALTH_PATH of $ADDRESS answers ${status/000/nothing} to the web server instead of $HEALTH_STATUS: it stays out of the upstream for now"
  systemctl stop "trinode-out-$ADDRESS.timer" 2>/dev/null || true
  rm -f "$OUT/$ADDRESS"
}

main "$@"
