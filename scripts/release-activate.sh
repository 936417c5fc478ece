#!/usr/bin/env bash
# trinode-release-activate: makes a built release, and these variables, the ones that serve. Migrates, tries it on a private
# socket, then switches and restarts one process after the other. When anything fails, what served before goes on serving.
# Environment: SITE, RELEASE, DOMAIN, PRIVATE_ADDRESS, HEALTH_PATH, HEALTH_STATUS, HEALTH_TEXT.
# Files: app.env.next and gunicorn.conf.next.py in /etc/trinode. Output: the release's id.
# Exit: 0 it serves, 1 it does not (the one before does), 75 another one is at it.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

readonly NEXT_ENV=/etc/trinode/app.env.next NEXT_GUNICORN=/etc/trinode/gunicorn.conf.next.py
readonly KEEP=5

main() {
  local wanted
  app_settings
  release_lock
  install_files
  readonly NEW=$TOP/releases/${RELEASE:?}
  [[ -e $NEW/complete ]] || die "release $RELEASE is not on this host; it has to be built first"
  wanted=$(fingerprint)
  if [[ $wanted == "$(cat "$LIVE/fingerprint" 2>/dev/null)" && $(current_release) == "$RELEASE" ]] && probe_site 10; then
    say "release $RELEASE serves already"
  else
    migrate
    # Where nobody is served yet, the real processes are the trial.
    [[ ! -e $LIVE/release/complete ]] || try_release
    publish_static "$RELEASE"
    go_live "$wanted"
    prune_releases
  fi
  rm -f "$NEXT_ENV" "$NEXT_GUNICORN"
  settled "$NEXT_ENV" "$NEXT_GUNICORN" /etc/trinode/database-ca.crt
  echo "$RELEASE"
}

# All that a process has read at its start, and which database server it is: a new one has to be migrated.
fingerprint() { { echo "$RELEASE" && cat "$NEXT_ENV" "$NEXT_GUNICORN" /etc/trinode/database-ca.crt; } | sha256sum | cut -d ' ' -f 1; }

# A migration that waits for a lock makes the site wait behind it: it gives up first.
migrate() {
  say "migrating the database"
  PGOPTIONS="-c lock_timeout=20s" as_site "$NEW" "$NEXT_ENV" manage migrate --no-input --verbosity 0 >&2 ||
    die "migrating to release $RELEASE failed (see above); release $(current_release || echo none) goes on serving"
}

# With its own server, settings and variables, where nobody but us can reach it.
try_release() {
  local socket=/run/trinode-app/probe.sock
  say "trying release $RELEASE"
  rm -f "$socket"
  TRIAL_LOG=$(mktemp)
  TRINODE_BIND=unix:$socket TRINODE_WORKERS=1 TRINODE_GUNICORN=$NEXT_GUNICORN site_command "$NEW" "$NEXT_ENV" gunicorn
  # A group of its own, to be ended as a whole; it holds no lock of ours.
  setsid "${SITE_COMMAND[@]}" >"$TRIAL_LOG" 2>&1 8>&- &
  TRIAL=$!
  disown
  trap end_trial EXIT
  if ! "$PYTHON/app_probe.py" "unix:$socket" 45 "$TRIAL"; then
    show_log "$TRIAL_LOG"
    die "release $RELEASE is not good; release $(current_release || echo none) goes on serving"
  fi
  end_trial
  trap - EXIT
}

end_trial() {
  kill -KILL -- "-$TRIAL" 2>/dev/null || true
  rm -f "$TRIAL_LOG" /run/trinode-app/probe.sock
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

go_live() {
  local since
  since=$(date +%s.%N)
  say "switching to release $RELEASE"
  put_in_place "$NEW" "$NEXT_ENV" "$NEXT_GUNICORN"
  if restart_processes "$since" && probe_site 20; then
    remember "$1"
    say "release $RELEASE serves"
    return 0
  fi
  show_log "/var/log/$SITE/gunicorn-error.log"
  go_back
}

# put_in_place RELEASE ENVIRONMENT-FILE GUNICORN-FILE: what processes read when they start, each renamed into place.
put_in_place() {
  install -m 640 -o root -g "$SITE" "$2" /etc/trinode/app.env.new
  install -m 644 "$3" /etc/trinode/gunicorn.conf.py.new
  ln -sfn "$1" "$TOP/current.new"
  mv -fT /etc/trinode/app.env.new /etc/trinode/app.env
  mv -fT /etc/trinode/gunicorn.conf.py.new /etc/trinode/gunicorn.conf.py
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

remember() {
  install -d -m 700 "$LIVE"
  install -m 600 /etc/trinode/app.env /etc/trinode/gunicorn.conf.py "$LIVE"
  ln -sfn "$NEW" "$LIVE/release"
  touch "$NEW/served"
  echo "$1" >"$LIVE/fingerprint.new"
  mv -f "$LIVE/fingerprint.new" "$LIVE/fingerprint"
}

go_back() {
  local before since
  before=$(readlink "$LIVE/release" 2>/dev/null || true)
  [[ -n $before && -e $before/complete ]] || die "release $RELEASE does not serve, and there is none before it"
  since=$(date +%s.%N)
  publish_static "$(basename "$before")"
  put_in_place "$before" "$LIVE/app.env" "$LIVE/gunicorn.conf.py"
  restart_processes "$since" || true
  die "release $RELEASE does not serve; release $(basename "$before") serves again"
}

show_log() {
  say "--- last lines of the site's log:"
  tail -n 25 "$1" >&2
  say "---"
}

# The last ones that served stay; others, those that never did among them, go, with their archives. Thousands of files take
# their time: they go behind our back, and what an interruption leaves goes the next time.
prune_releases() {
  local kept path sha gone=()
  kept=$(releases | tail -n "$KEEP")
  for path in "$TOP"/releases/*; do
    # Out of the way at once: the same release may be asked for again meanwhile.
    grep -qxF "${path##*/}" <<<"$kept" || mv "$path" "$TOP/releases/.gone-${path##*/}-$$"
  done
  mapfile -d '' -t gone < <(find "$TOP/releases" -mindepth 1 -maxdepth 1 -name '.gone-*' -print0)
  for path in /var/lib/trinode/incoming/*.tar.gz; do
    sha=$(basename "$path" .tar.gz)
    xargs -I{} cat "$TOP/releases/{}/release.json" <<<"$kept" | grep -F "\"$sha\"" >/dev/null || gone+=("$path")
  done
  ((${#gone[@]} == 0)) || systemd-run --quiet --collect --no-block --nice 19 rm -rf -- "${gone[@]}"
}

main "$@"
