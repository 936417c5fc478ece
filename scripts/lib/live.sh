# shellcheck shell=bash
# What serves, and how another takes its place: tried first, one process after the other, and back when it is not good.
# Sourced after app.sh and files.sh; NEW, RELEASE, NEXT_ENV and NEXT_GUNICORN are release-activate's.

# Whoever listens may go away (a lost connection): what is said then still goes to the log, and nothing stops half-way.
keep_talking() {
  trap '' PIPE HUP
  install -d -m 700 /var/log/trinode
  exec 2> >(exec tee -p -a /var/log/trinode/release.log >&2)
  say_log "--- $(date -u +%FT%TZ) release ${RELEASE:-}"
}

say_log() { echo "$*" >>/var/log/trinode/release.log; }

live_release() { basename "$(readlink "$LIVE/release" 2>/dev/null)" 2>/dev/null || true; }

# With its own server, settings and variables, where nobody but us can reach it.
try_release() {
  local socket=/run/trinode-app/probe.sock
  say "trying release $RELEASE"
  rm -f "$socket"
  TRIAL_LOG=$(mktemp)
  TRINODE_BIND=unix:$socket TRINODE_WORKERS=1 TRINODE_GUNICORN=$NEXT_GUNICORN site_command "$NEW" "$NEXT_ENV" gunicorn
  # A group of its own, to be ended as a whole; it holds no lock of ours. All that it starts ends with us, should we be killed: also a
  # worker that hangs and would not notice.
  setsid nice -n 10 setpriv --pdeathsig KILL unshare --pid --fork --kill-child=KILL "${SITE_COMMAND[@]}" >"$TRIAL_LOG" 2>&1 8>&- &
  TRIAL=$!
  disown
  if ! PROBED=$("$PYTHON/app_probe.py" "unix:$socket" "${TRIAL_SECONDS:-45}" "$TRIAL" 2>&1); then
    show_log "$TRIAL_LOG"
    end_trial
    say "$PROBED"
    return 1
  fi
  end_trial
}

end_trial() {
  [[ -n ${TRIAL:-} ]] || return 0
  kill -KILL -- "-$TRIAL" 2>/dev/null || true
  rm -f "$TRIAL_LOG" /run/trinode-app/probe.sock
  TRIAL=
}

# publish_static RELEASE: pages already open ask for files of the release they came from, so it is the files of all kept
# releases together, this one's on top.
publish_static() {
  local top=$1 tree=$TOP/static-trees/$1-$$ name
  install -d -m 755 "$TOP/static-trees" "$tree"
  for name in $(releases | grep -vxF "$top") "$top"; do
    cp -rlf --no-target-directory "$TOP/releases/$name/static" "$tree"
  done
  ln -sfn "$tree" "$TOP/static.new"
  mv -fT "$TOP/static.new" "$TOP/static"
  find "$TOP/static-trees" -mindepth 1 -maxdepth 1 ! -path "$tree" -exec rm -rf {} +
}

# switch_to ENVIRONMENT-FILE: the new release with these variables; fails when it does not serve.
switch_to() {
  local since
  since=$(date +%s.%N)
  PROBED=$(write_env_file "$NEW" "$1" 2>&1 && put_in_place "$NEW" "$1" "$NEXT_GUNICORN" 2>&1 && restart_processes "$since" 2>&1 && probe_site 20 2>&1) && return 0
  say "$PROBED"
  show_log "/var/log/$SITE/gunicorn-error.log"
  return 1
}

# put_in_place RELEASE ENVIRONMENT-FILE GUNICORN-FILE: what processes read when they start, each renamed into place.
put_in_place() {
  install -m 640 -o root -g "$SITE" "$2" /etc/trinode/app.env.new &&
    install -m 644 "$3" /etc/trinode/gunicorn.conf.py.new &&
    ln -sfn "$1" "$TOP/current.new" &&
    mv -fT /etc/trinode/app.env.new /etc/trinode/app.env &&
    mv -fT /etc/trinode/gunicorn.conf.py.new /etc/trinode/gunicorn.conf.py &&
    mv -fT "$TOP/current.new" "$TOP/current"
}

# restart_processes SINCE: supervisor reads the program's text only when it is new or another; its processes are new then.
restart_processes() {
  local since=$1
  enable_service supervisor
  if changed /etc/supervisor/conf.d/; then
    supervisorctl update >/dev/null
    settled /etc/supervisor/conf.d/
    since=0
  fi
  "$PYTHON/app_restart.py" "$SITE" "$since"
}

# remember FINGERPRINT: what serves now, for going back to.
remember() {
  install -d -m 700 "$LIVE"
  install -m 600 /etc/trinode/app.env /etc/trinode/gunicorn.conf.py "$LIVE"
  ln -sfn "$NEW" "$LIVE/release"
  touch "$NEW/served"
  echo "$SITE_USER" >"$LIVE/user"
  echo "${KEY_ROTATION:-0}" >"$LIVE/key-rotation"
  rm -f "$LIVE/key-known"
  echo "$1" >"$LIVE/fingerprint.new"
  mv -f "$LIVE/fingerprint.new" "$LIVE/fingerprint"
}

# What served before serves again, with its variables.
go_back() {
  local before since
  before=$(readlink "$LIVE/release" 2>/dev/null || true)
  [[ -n $before && -e $before/complete ]] || die "release $RELEASE does not serve ($PROBED), and there is none before it"
  since=$(date +%s.%N)
  publish_static "$(basename "$before")"
  put_in_place "$before" "$LIVE/app.env" "$LIVE/gunicorn.conf.py"
  restart_processes "$since" || true
}

show_log() {
  say "--- last lines of the site's log:"
  tail -n 25 "$1" >&2 || true
  say "---"
}
