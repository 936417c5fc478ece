#!/usr/bin/env bash
# trinode-status-app: how the application is: its release, its processes, whether it answers as it should, what it is made of, and
# whether it reaches what it needs: mail, and the web services of trinode:app.reaches.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
readonly ROLE=app

main() {
  app_settings
  tell_release
  service supervisor supervisor "$(version_of supervisor)" "See why: journalctl -u supervisor, then: systemctl restart supervisor"
  tell_processes
  tell_schedule
  [[ ! -e /etc/redis/trinode.conf ]] || service redis redis-server "$(version_of redis-server)" "See why: journalctl -u redis-server, then: systemctl restart redis-server"
  service files nginx "$(version_of nginx)" "See what is wrong: nginx -t, then: systemctl restart nginx"
  tell_answer
  tell_overrides
  relay look_from_site
  return "$UNWELL"
}

tell_release() {
  local release
  release=$(current_release || true)
  if [[ -n $release ]]; then
    well release "$release, since $(date -u -r "$TOP/releases/$release/served" +%FT%TZ 2>/dev/null || echo "it is being tried"); kept: $(releases | paste -sd ' ')"
  else
    unwell release "none serves yet" "Make one: pulumi up"
  fi
}

# All programs, whatever they are for.
tell_processes() {
  local name state text
  systemctl is-active --quiet supervisor || return 0
  while read -r name state text; do
    judge "${name##*:}" "$state $text" "See why: ./site logs app; then: supervisorctl restart $name" test "$state" = RUNNING
  done < <(supervisorctl status || true)
}

# Commands at set times: those whose last run failed.
tell_schedule() {
  local timers failed stopped
  timers=$(find /etc/systemd/system -maxdepth 1 -name 'trinode-job-*.timer' | wc -l)
  ((timers)) || return 0
  stopped=$(find "$STOPPED" -maxdepth 1 -name 'trinode-job-*.timer' 2>/dev/null | head -n 1) || true
  if [[ -n $stopped ]]; then
    unwell schedule "scheduled commands were stopped, $(<"$stopped")" "Start them: ./site start"
    return 0
  fi
  failed=$(systemctl list-units --failed --plain --no-legend 'trinode-job-*' | awk '$2 != "not-found" { print $1 }' | paste -sd ' ')
  if [[ -z $failed ]]; then
    well schedule "$timers scheduled, none failed"
  else
    unwell schedule "failed: $failed" "See why: journalctl -u ${failed%% *}"
  fi
}

tell_answer() {
  local said
  if said=$(probe_site 10 2>&1); then
    well answer "$HEALTH_PATH of $DOMAIN answers $HEALTH_STATUS"
  else
    unwell answer "${said#trinode: }" "See why: ./site logs app"
  fi
}

# What was changed on this server and is not in the configuration.
tell_overrides() {
  local names
  [[ -x /usr/local/lib/trinode/override-list.sh ]] || return 0
  names=$(/usr/local/lib/trinode/override-list.sh | paste -sd ' ')
  if [[ -z $names ]]; then fact overrides "none"; else unwell overrides "$names, changed on this server only" "Keep them: ./site env adopt"; fi
}

# As the site, with its Python and its variables: each line is STATE <tab> NAME <tab> TEXT <tab> REMEDY.
look_from_site() {
  [[ -n $(current_release || true) ]] || return 0
  as_site "$TOP/current" /etc/trinode/app.env python "$PYTHON/app_about.py" &
  [[ ! -s /etc/trinode/reaches ]] || as_site "$TOP/current" /etc/trinode/app.env python "$PYTHON/app_reaches.py" /etc/trinode/reaches
  wait
}

# relay COMMAND…: tells what a program found.
relay() {
  local state name text remedy
  while IFS=$'\t' read -r state name text remedy; do
    [[ $state != unwell ]] || UNWELL=1
    tell "$state" "$name" "$text" "$remedy"
  done < <("$@" 2>/dev/null)
}

main "$@"
