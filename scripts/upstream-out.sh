#!/usr/bin/env bash
# trinode-upstream-out: takes an application server out of the upstream: visitors are sent to the others, from one request to the next. It is still asked
# when no other answers, and is in again by itself after ten minutes.
# Environment: ADDRESS. Exit: 0 it is so.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

# A file for each that is out: nginx looks for it with every request (templates/nginx/site.conf).
readonly OUT=/run/trinode-out

main() {
  [[ $ADDRESS =~ ^[0-9.]+$ ]] || die "usage: ADDRESS=10.0.0.13 trinode upstream-out"
  install -d -m 755 "$OUT"
  systemctl stop "trinode-out-$ADDRESS.timer" 2>/dev/null || true
  systemd-run --quiet --collect --unit "trinode-out-$ADDRESS" --on-active=10min rm -f "$OUT/$ADDRESS"
  touch "$OUT/$ADDRESS"
}

main "$@"
