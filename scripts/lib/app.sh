# shellcheck shell=bash disable=SC2034
# Where things of the site are, and how things run as it. Sourced after common.sh.

# SITE, APP_USER, DOMAIN, PRIVATE_ADDRESS, HEALTH_…: written by setup-app. A step's own values win.
app_settings() {
  [[ -r /etc/trinode/app.conf ]] || die "there is no site on this host (no /etc/trinode/app.conf)"
  # shellcheck source=/dev/null
  [[ -n ${SITE:-} ]] || . /etc/trinode/app.conf
  export SITE DOMAIN PRIVATE_ADDRESS HEALTH_PATH HEALTH_STATUS HEALTH_TEXT
  readonly SITE TOP=/srv/$SITE BUILDER=$SITE-build
  SITE_USER=$(site_user)
  # Other users' programs can't start where root happens to be.
  cd "$TOP" || exit
}

# The unix user that the site runs as: whoever's home is the site's, since the name may have been changed.
site_user() { getent passwd | awk -F: -v home="/srv/$SITE/shared/home" '$6 == home { print $1 }'; }

# What runs now, as it was when it was last proven: its release, variables, server settings. For going back to.
readonly LIVE=/var/lib/trinode/live
# Variables that were changed on this host, over those that are configured.
readonly OVERRIDES=/etc/trinode/overrides.env

# as_site RELEASE ENVIRONMENT-FILE WORD…: as the site's user, in that release, with these variables and no others.
as_site() {
  site_command "$@"
  "${SITE_COMMAND[@]}"
}

# nicely COMMAND…: behind those who are being served.
nicely() (
  renice -n 10 -p $BASHPID >/dev/null
  "$@"
)

# site_command RELEASE ENVIRONMENT-FILE WORD…: the command of as_site, in SITE_COMMAND. TRINODE_… are app_run.py's.
site_command() {
  local name passed=()
  for name in TERM PGOPTIONS TRINODE_BIND TRINODE_WORKERS TRINODE_GUNICORN; do
    [[ -z ${!name:-} ]] || passed+=("$name=${!name}")
  done
  # The kernel ends it should we be killed (told last: a change of user makes it forget).
  SITE_COMMAND=(setpriv --pdeathsig KILL --reuid "$SITE_USER" --regid "$SITE" --init-groups --no-new-privs
    env -i PATH=/usr/bin:/bin "${passed[@]}" TRINODE_RELEASE="$1" TRINODE_ENV="$2" "$PYTHON/app_run.py" "${@:3}")
}

# One release at a time, whoever asks for it. The lock goes with the process and its children, however they end; what a
# killed run was just at is waited for.
release_lock() {
  exec 8>/run/trinode-release.lock
  flock -n 8 && return 0
  say "waiting for the release that is being made on this host"
  flock -w 120 8 || {
    say "trinode: another release is still being made on this host"
    exit 75
  }
}

current_release() { [[ -L $TOP/current ]] && basename "$(readlink "$TOP/current")"; }

# Releases that have served, the last one last.
releases() { (cd "$TOP/releases" && find . -mindepth 2 -maxdepth 2 -name served ! -path './.*' -printf '%T@ %h\n' | sort -n | sed 's|.* \./||'); }

# probe_site SECONDS: whether the site answers as it should, on the address that web servers use.
probe_site() { "$PYTHON/app_probe.py" "$PRIVATE_ADDRESS:8000" "$1"; }
