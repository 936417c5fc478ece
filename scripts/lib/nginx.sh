# shellcheck shell=bash
# nginx takes over its configuration, and no visitor loses a request. Sourced after common.sh.

# While it is there, visitors are asked to come back on a new connection (templates/nginx/farewell.conf).
readonly LEAVING=/run/trinode-leaving

# reload_gently: at a reload nginx closes the connections that wait for a next request; over HTTP/1.1 one that is on its way at that
# very moment is lost. So visitors who are at it now are first asked to close theirs; over HTTP/2 nginx says itself which requests it
# has not seen. (nginx 1.27.4 has keepalive_min_timeout for this; Debian 13 has 1.26.)
reload_gently() {
  if visitors_connected; then
    # The file goes by itself, even if this ends before its time; a timer of the reload before would take it too early.
    systemctl stop trinode-leaving.timer 2>/dev/null || true
    systemd-run --quiet --collect --unit trinode-leaving --on-active=5s --timer-property=AccuracySec=100ms rm -f "$LEAVING"
    touch "$LEAVING"
    sleep 0.7
  fi
  systemctl reload nginx
}

visitors_connected() { [[ -n $(ss -Htn state established '( sport = :443 )' 2>/dev/null) ]]; }
