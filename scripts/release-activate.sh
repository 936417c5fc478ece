#!/usr/bin/env bash
# trinode-release-activate: makes a built release, and these variables, the ones that serve. Brings the database to where the
# release can work with it, tries it on a private socket, then switches and restarts one process after the other. When
# anything fails, what served before goes on serving, with a database that it fits.
# Environment: SITE, APP_USER (its unix user), RELEASE, DOMAIN, PRIVATE_ADDRESS, HEALTH_PATH, HEALTH_STATUS, HEALTH_TEXT;
# ROLLBACK_MODE (plain, migrate or restore: what may be done when the database has migrations that the release does not know), KEY_ROTATION (number of
# Django's secret key: a new one is first known to all processes, then used). Of several application servers: LEADS (no: the first
# has prepared the database), CONFIRM_SECONDS (the first goes back when the others have not followed by then).
# Files in /etc/trinode: app.env.next, app.env.interim, gunicorn.conf.next.py (without them, as configured last), database.env,
# overrides.env (over the variables), override-user (over APP_USER). Output: JSON {release, overrides (names)}. Log: /var/log/trinode/release.log.
# Exit: 0 it serves, 1 it does not (the one before does), 75 another one is at it.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/migrations.sh
. /usr/local/lib/trinode/lib/migrations.sh
# shellcheck source=lib/commands.sh
. /usr/local/lib/trinode/lib/commands.sh
# shellcheck source=lib/processes.sh
. /usr/local/lib/trinode/lib/processes.sh
# shellcheck source=lib/line.sh
. /usr/local/lib/trinode/lib/line.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

readonly KEEP=5
readonly NEXT=/etc/trinode/next NEXT_ENV=/etc/trinode/next/app.env INTERIM_ENV=/etc/trinode/next/interim.env
readonly NEXT_GUNICORN=/etc/trinode/next/gunicorn.conf.py

main() {
  local wanted user
  keep_talking
  app_settings
  release_lock
  user=$(wanted_user)
  check_user "$user"
  user_in_bundle
  install_files
  readonly NEW=$TOP/releases/${RELEASE:?}
  [[ -e $NEW/complete ]] || die "release $RELEASE is not kept on this host (kept: $(releases | paste -sd ' '))"
  put_together
  wanted=$(fingerprint)
  if [[ $wanted == "$(cat "$LIVE/fingerprint" 2>/dev/null)" && $(current_release) == "$RELEASE" && $SITE_USER == "$user" ]] && probe_site 10; then
    say "release $RELEASE serves already"
    name_user "$user"
    rm -f "$WENT_BACK"
  else
    watch_failure
    activate "$wanted" "$user"
    trap - EXIT
    prune_releases
  fi
  rm -rf "$NEXT"
  settled /etc/trinode/app.env. /etc/trinode/gunicorn.conf.next.py /etc/trinode/database
  apply_processes
  report
}

# What is configured, with what was changed on this host over it.
put_together() {
  local configured=/etc/trinode/app.env.next
  rm -rf "$NEXT"
  install -d -m 750 -g "$SITE" "$NEXT"
  cp /etc/trinode/gunicorn.conf.next.py "$NEXT_GUNICORN"
  "$PYTHON/app_env.py" merge "$configured" "$OVERRIDES" >"$NEXT_ENV"
  "$PYTHON/app_env.py" merge /etc/trinode/app.env.interim "$OVERRIDES" >"$INTERIM_ENV"
  chmod 640 "$NEXT_ENV" "$INTERIM_ENV"
  chgrp "$SITE" "$NEXT_ENV" "$INTERIM_ENV"
}

# All that a process has read at its start, and which database server it is: a new one has to be migrated.
fingerprint() { { echo "$RELEASE $(wanted_user)" && cat "$NEXT_ENV" "$NEXT_GUNICORN" /etc/trinode/database-ca.crt; } | sha256sum | cut -d ' ' -f 1; }

# activate FINGERPRINT USER
activate() {
  local before user
  before=$(live_release)
  user=$(cat "$LIVE/user" 2>/dev/null || echo "$SITE_USER")
  write_env_file "$NEW" "$NEXT_ENV"
  if leads; then
    run_before_migrate "$NEW" "$NEXT_ENV"
    prepare_database
    run_once "$NEW" "$NEXT_ENV"
  fi
  # Where nobody is served yet, the real processes are the trial.
  [[ -z $before ]] || try_release || give_up "release $RELEASE is not good: ${PROBED#trinode: }"
  publish_static "$RELEASE"
  say "switching to release $RELEASE"
  trap '' INT TERM
  if switch "$before" "$2"; then
    keep_former
    remember "$1"
    await_confirmation "$1"
    trap - INT TERM
    record set "$RELEASE" "activatedAt=$(now)" "by=$(who)" failedAt= reason=
    say "release $RELEASE serves"
    return 0
  fi
  # Its number is the same under either name: it serves all the same.
  name_user "$user" || say "the site's user could not be called $user again; the next release does it"
  go_back
  give_up "release $RELEASE does not serve: ${PROBED#trinode: }"
}

# switch LIVE USER: to the new release, its variables, and the user's new name.
switch() {
  name_user "$2" || {
    PROBED="its user can't be called $2 (see above)"
    return 1
  }
  ! new_secret_key "$1" || switch_to "$INTERIM_ENV" || return 1
  switch_to "$NEXT_ENV"
}

# new_secret_key LIVE: whether Django's secret key is another one now. While processes are restarted one after the other, what
# one signs the other must be able to read: both learn the new key before one uses it.
# Of several servers, each has been told before (release-key).
new_secret_key() {
  [[ -n $1 && -s /etc/trinode/app.env.interim && ${KEY_ROTATION:-0} != "$(cat "$LIVE/key-rotation" 2>/dev/null || echo 0)" &&
  ${KEY_ROTATION:-0} != "$(cat "$LIVE/key-known" 2>/dev/null)" ]]
}

# A release that fails says why in its record, too.
watch_failure() {
  REASON=$(mktemp)
  export TRINODE_REASON=$REASON
  trap 'end_trial; env_file_back; record set "$RELEASE" "failedAt=$(now)" "by=$(who)" "reason=$(cat "$REASON" || true)"; rm -f "$REASON"' EXIT
}

now() { date -u +%FT%TZ; }

# The name of the SSH key that this session was opened with, or of the user at a terminal.
who() {
  local key name=
  if [[ -r ${SSH_USER_AUTH:-} ]]; then
    key=$(sed -n 's/^publickey [^ ]* //p' "$SSH_USER_AUTH" | head -n 1)
    name=$(grep -sF -- "$key" /root/.ssh/authorized_keys | cut -d ' ' -f 3- | head -n 1)
    [[ -n $name ]] || name=$(ssh-keygen -lf /dev/stdin <<<"ssh $key" 2>/dev/null | cut -d ' ' -f 2)
  fi
  echo "${name:-${SUDO_USER:-${USER:-root}}}"
}

report() { override_names | "$PYTHON/release_say.py" report "$RELEASE"; }

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
  # shellcheck disable=SC2086 # ids, one a word
  record forget $kept
  ((${#gone[@]} == 0)) || systemd-run --quiet --collect --no-block --nice 19 rm -rf -- "${gone[@]}"
}

main "$@"
