# shellcheck shell=bash
# What every trinode script starts with. Sourced, never run.
set -euo pipefail
umask 022
export DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8
# shellcheck disable=SC2034
readonly PYTHON=/usr/local/lib/trinode/python

# One line for whoever watches `pulumi up`.
say() { echo "$*" >&2 || true; }

# say, then give up. Whoever wants to know why has named a file.
die() {
  say "trinode: $*"
  [[ -z ${TRINODE_REASON:-} ]] || echo "$*" >"$TRINODE_REASON"
  exit 1
}

# install_packages NAME…: those that are missing, in one go. During the very first installation nothing is forced to disk
# package by package (a host that dies then is made anew): a third of the time.
install_packages() {
  local missing=() options=(-y -q --no-install-recommends -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0) name
  for name in "$@"; do
    [[ $(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null) == installed ]] || missing+=("$name")
  done
  ((${#missing[@]})) || return 0
  [[ -e /var/lib/trinode/installed ]] || options+=(-o Dpkg::Options::=--force-unsafe-io)
  say "installing ${missing[*]}"
  finish_interrupted
  apt_get update -q >/dev/null
  apt_get install "${options[@]}" "${missing[@]}" >/dev/null
}

# A host that went down in the middle of dpkg: nothing can be installed before that is finished.
finish_interrupted() {
  [[ -n $(ls -A /var/lib/dpkg/updates 2>/dev/null) || -n $(dpkg --audit) ]] || return 0
  say "finishing an interrupted installation"
  dpkg --configure -a --force-confold >&2 || apt-get -y -q --fix-broken install >&2
}

# apt-get, tried again when an archive does not answer; its messages are shown only when it has failed in the end.
apt_get() {
  local try log
  log=$(mktemp)
  for try in 1 2 3; do
    if apt-get "$@" >"$log" 2>&1; then
      rm -f "$log"
      return 0
    fi
    ((try == 3)) || sleep $((try * 3))
  done
  tail -n 20 "$log" >&2
  rm -f "$log"
  die "apt-get $1 failed"
}

# keep_name KEY VALUE: what a server that holds data is called by its configuration can't change. Dies when it does.
keep_name() {
  local file=/var/lib/trinode/names/$1 known
  known=$(cat "$file" 2>/dev/null) || true
  if [[ -n $known && $known != "$2" ]]; then
    die "trinode:$1 can't be changed from \"$known\" to \"$2\": the data of this server are under the former. Set it back; to rename, make a new stack from a dump and the media."
  fi
  [[ -n $known ]] || install -D -m 644 /dev/stdin "$file" <<<"$2"
}

# The first installation is over: from now on packages are written the careful way.
mark_installed() {
  [[ -e /var/lib/trinode/installed ]] && return 0
  sync -f /var/lib
  touch /var/lib/trinode/installed
}

# Units that `./site stop` has stopped, a file for each.
readonly STOPPED=/var/lib/trinode/stopped

# enable_service UNIT: started now and at every boot, unless it was stopped on purpose.
enable_service() {
  [[ ! -e $STOPPED/$1 ]] || return 0
  systemctl is-enabled --quiet "$1" 2>/dev/null || systemctl enable --quiet "$1"
  systemctl is-active --quiet "$1" || systemctl start "$1"
}
