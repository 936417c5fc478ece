#!/usr/bin/env bash
# trinode-admit: lets the provisioning login in from more addresses for a time; they are taken out by the server itself when nobody does.
# What it needs beside (password, certificate, the cloud firewall) stays as it is.
# Usage: admit.sh NAME SECONDS CIDR…    NAME: letters and digits; by it they are taken out
#        admit.sh end NAME              these, and those whose time is over
# Exit: 0 done, 1 failed, 64 not used as it should be.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/admitted.sh
. /usr/local/lib/trinode/lib/admitted.sh

main() {
  if [[ ${1:-} == end && ${2:-} =~ ^[a-z0-9]+$ && $# == 2 ]]; then
    take_out "$2"
  elif [[ ${1:-} =~ ^[a-z0-9]+$ && ${2:-} =~ ^[0-9]{1,6}$ && $# -gt 2 ]]; then
    let_in "$@"
  else
    say "usage: admit.sh NAME SECONDS CIDR… | end NAME"
    exit 64
  fi
}

let_in() {
  local name=$1 seconds=$2 cidr lines
  shift 2
  for cidr in "$@"; do
    [[ $cidr =~ ^[0-9a-fA-F.:]+/[0-9]{1,3}$ ]] || die "\"$cidr\" is no range of addresses"
  done
  # First: what is let in is taken out, whatever happens.
  systemd-run --quiet --collect --unit "trinode-admit-$name" --on-active="$seconds" --timer-property=AccuracySec=1s \
    /usr/local/lib/trinode/admit.sh end "$name"
  admitted_lock
  lines=$(admitted_lines)
  for cidr in "$@"; do
    lines+=${lines:+$'\n'}"hostssl   all   trinode_admin   $cidr   scram-sha-256 clientcert=verify-ca   # admitted $name until $(($(date +%s) + seconds))"
  done
  put_admitted "$lines"
  systemctl reload postgresql
}

take_out() {
  admitted_lock
  put_admitted "$(admitted_lines | grep -v "# admitted $1 until" || true)"
  systemctl reload postgresql
  systemctl stop "trinode-admit-$1.timer" 2>/dev/null || true
}

main "$@"
