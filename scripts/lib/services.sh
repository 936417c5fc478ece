# shellcheck shell=bash
# What a role runs, and what was stopped on purpose. Sourced after common.sh.

# Units of a role, in the order in which they are stopped; started the other way round.
units_web() { echo nginx; }
units_database() { echo postgresql; }
# First timers, which run the site's own commands; last what others need: Redis, and nginx, which has the files for the web server.
units_app() {
  local timer
  for timer in /etc/systemd/system/trinode-job-*.timer; do
    [[ ! -e $timer ]] || basename "$timer"
  done
  echo supervisor
  [[ ! -e /etc/redis/trinode.conf ]] || echo redis-server
  echo nginx
}

running_web() { systemctl is-active --quiet nginx; }
running_database() { pg_lsclusters --no-header | grep -w online >/dev/null; }
running_app() (
  # shellcheck source=app.sh
  . /usr/local/lib/trinode/lib/app.sh
  app_settings
  probe_site 1 >/dev/null 2>&1
)

# keep_stopped UNIT: no boot, no update, no timer starts it; a note says since when, and by whom.
keep_stopped() {
  install -d -m 755 "$STOPPED"
  [[ -e $STOPPED/$1 ]] || echo "on $(date -u +%FT%TZ) by ${TRINODE_BY:-root}" >"$STOPPED/$1"
  systemctl disable --quiet "$1" 2>/dev/null
}

forget_stopped() { rm -f "$STOPPED/$1"; }
