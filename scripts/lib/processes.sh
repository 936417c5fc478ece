# shellcheck shell=bash
# What the site runs beside gunicorn: programs under supervisor, commands at set times under systemd. Sourced after common.sh,
# files.sh and app.sh, with the site's settings read.

# What each name runs waits as `.next` until the release serves: until then, a run that begins is one of before.
readonly COMMANDS=/etc/trinode/commands.json NEXT_COMMANDS=/etc/trinode/commands.next.json
readonly JOBS=/etc/systemd/system/trinode-job-

# apply_processes: programs and timers as configured, running the release and the variables that serve. What is as it should
# be is left alone. Both are tried, so that one run shows everything that is wrong.
apply_processes() {
  local failed=0
  [[ -e /etc/trinode/processes.conf ]] || return 0
  take_out_timers
  if ! cmp -s "$NEXT_COMMANDS" "$COMMANDS"; then
    install -m 644 "$NEXT_COMMANDS" "$COMMANDS.new"
    mv -fT "$COMMANDS.new" "$COMMANDS"
  fi
  apply_programs || failed=1
  apply_timers || failed=1
  ((failed == 0)) || die "the site serves release $(current_release), but not all that belongs to it runs (see above)"
  settled "$NEXT_COMMANDS" /etc/trinode/processes.conf /etc/trinode/schedule
}

apply_programs() {
  local crashed name
  crashed=$("$PYTHON/process_apply.py") && return 0
  for name in $crashed; do
    say "--- last lines of process $name (trinode:app.processes.$name):"
    tail -n 15 "/var/log/$SITE/process-$name.log" >&2 || true
    say "---"
  done
  return 1
}

apply_timers() {
  local name at failed=0 wanted=()
  while IFS=$'\t' read -r name at; do
    wanted+=("$name")
    systemd-analyze calendar "$at" >/dev/null 2>&1 && continue
    say "trinode: systemd does not understand \"$at\" (trinode:app.schedule.$name.at). Try it: systemd-analyze calendar '…'"
    failed=1
  done </etc/trinode/schedule
  ((failed == 0)) || return 1
  if changed "$JOBS"; then systemctl daemon-reload; fi
  for name in "${wanted[@]}"; do
    start_timer "$name" || failed=1
  done
  ((failed == 0)) && settled "$JOBS"
}

# Those that are not configured any more, and the failures of those that were taken out while they ran.
take_out_timers() {
  local unit name
  while read -r unit; do
    systemctl reset-failed "$unit"
  done < <(systemctl list-units --failed --plain --no-legend 'trinode-job-*' | awk '$2 == "not-found" { print $1 }')
  for unit in "$JOBS"*.timer; do
    name=${unit#"$JOBS"} name=${name%.timer}
    [[ ! -e $unit ]] || cut -f 1 /etc/trinode/schedule | grep -qxF "$name" || remove_timer "$name"
  done
}

# A timer whose text has changed counts anew from now on; a run that is under way is not touched.
start_timer() {
  local timer=trinode-job-$1.timer
  [[ ! -e $STOPPED/$timer ]] || return 0
  systemctl is-enabled --quiet "$timer" || systemctl enable --quiet "$timer" || return 1
  if changed "$JOBS$1.timer" || ! systemctl is-active --quiet "$timer"; then systemctl restart "$timer"; fi
}

# A run that is under way ends by itself.
remove_timer() {
  say "taking out the scheduled command $1"
  systemctl disable --now --quiet "trinode-job-$1.timer"
  systemctl clean --what=state "trinode-job-$1.timer" 2>/dev/null || true
  rm -f "$JOBS$1.timer" "$JOBS$1.service"
  systemctl reset-failed "trinode-job-$1.service" 2>/dev/null || true
  systemctl daemon-reload
}
