# shellcheck shell=bash
# The site's private Redis. Sourced after common.sh and files.sh.

readonly REDIS_WANTED=/etc/trinode/redis.conf REDIS_LIVE=/etc/redis/trinode.conf
readonly REDIS_UNIT=/etc/systemd/system/redis-server.service.d/

# An empty configuration, or none, says that there is to be no Redis.
wants_redis() { [[ -s $REDIS_WANTED ]]; }

# apply_redis: running as configured, or not at all. Its data stays on the disk when it is switched off.
apply_redis() {
  if wants_redis; then
    start_redis
  elif [[ -e $REDIS_LIVE ]]; then
    say "switching Redis off; its data stays in /var/lib/redis"
    systemctl disable --now --quiet redis-server
    rm -f "$REDIS_LIVE"
  fi
  settled "$REDIS_WANTED" "$REDIS_UNIT"
}

# Debian's package brings user and unit; its own configuration is not used.
start_redis() {
  local restart=()
  if changed "$REDIS_UNIT"; then
    systemctl daemon-reload
    restart=(redis-server)
  fi
  if ! cmp -s "$REDIS_WANTED" "$REDIS_LIVE"; then
    install -m 640 -o root -g redis "$REDIS_WANTED" "$REDIS_LIVE.new"
    mv -fT "$REDIS_LIVE.new" "$REDIS_LIVE"
    restart=(redis-server)
  fi
  [[ ! -e $STOPPED/redis-server ]] || return 0
  systemctl is-enabled --quiet redis-server || systemctl enable --quiet redis-server
  if ((${#restart[@]})) || ! systemctl is-active --quiet redis-server; then
    systemctl restart redis-server || {
      journalctl --unit redis-server --lines 15 --no-pager --output cat >&2
      die "Redis does not start (see above)"
    }
  fi
}
