#!/usr/bin/env bash
# trinode-site-healthy: whether the site answers as it should, asked at the web server's address by its own name.
# The certificate is not the question here: it may still be the self-signed one. Environment file:
# /etc/trinode/site-health.env. Exit: 0 it does, 1 it does not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

main() {
  local status
  # shellcheck source=/dev/null
  . /etc/trinode/site-health.env
  status=$(curl --silent --insecure --output /dev/null --max-time 20 --write-out '%{http_code}' \
    --resolve "$HEALTH_HOST:443:$HEALTH_ADDRESS" "$HEALTH_URL") || true
  [[ $status == "$HEALTH_STATUS" ]] || die "$HEALTH_URL answers $status, not $HEALTH_STATUS"
}

main "$@"
