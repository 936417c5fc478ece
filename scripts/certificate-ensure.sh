#!/usr/bin/env bash
# trinode-certificate-ensure: sees to it that the site has the certificate that the configuration asks for. Run by
# `pulumi up`, and by a timer every few minutes; when nothing is due it looks at a date and ends.
#
# ACME is spoken by dehydrated (shell, curl and openssl, 250 kB, as current in the distributions as ACME needs; their lego is 22 MB
# of 2022, counts renewals in whole days and sits out 5 s for each name). It is given an order only when one is due and
# every name in it has been seen to point here, so that Let's Encrypt's limits (5 failed validations an hour and name)
# are never met. Renewal: when a third of the lifetime is left, be it of ninety days or of an hour.
#
# Settings: /etc/trinode/tls.env (MODE, NAMES, SERVER, PUBLIC_ADDRESS, PUBLIC_ADDRESS6), /etc/trinode/dehydrated.conf.
# Environment: PULUMI_COMMAND_STDOUT (may be unset), what the last step printed, be it on the machine that was here before.
# Usage: trinode certificate-ensure      now, in place of waiting for the timer
# Output: one line of JSON about the certificate that is live; in a step, a second one with the certificate itself (SECRET).
# Exit: 0, also when names do not point here yet; 1 refused or broken.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/tls.sh
. /usr/local/lib/trinode/lib/tls.sh
# shellcheck source=lib/nginx.sh
. /usr/local/lib/trinode/lib/nginx.sh
# shellcheck source=lib/web.sh
. /usr/local/lib/trinode/lib/web.sh
# shellcheck source=lib/acme.sh
. /usr/local/lib/trinode/lib/acme.sh

main() {
  # A step holds the lock already; a timer waits for steps, and they for it.
  if [[ -z ${TRINODE_BUNDLE:-} ]]; then
    exec 8>/run/trinode.lock
    flock 8
  fi
  install_files
  # shellcheck source=/dev/null
  . /etc/trinode/tls.env
  # shellcheck disable=SC2153 # set there
  read -ra WANTED_NAMES <<<"$NAMES"
  take_over
  # shellcheck disable=SC2153
  case $MODE in
    letsencrypt) ensure_issued ;;
    provided) ensure_provided ;;
    selfsigned) ensure_self_signed ;;
    *) die "/etc/trinode/tls.env: no mode \"$MODE\"" ;;
  esac
  if changed "$TLS/live"; then
    reload_nginx
  fi
  keep_timer
  # Its own files and no others: what another step has not got round to is still to be done.
  settled /etc/trinode/tls.env /etc/trinode/dehydrated.conf /etc/trinode/acme-ca.pem /etc/trinode/provided. "$TLS/live"
  describe_live
  [[ -z ${TRINODE_BUNDLE:-} ]] || export_seed
}

# A new machine has nothing better than a certificate of its own making.
take_over() {
  local printed=${PULUMI_COMMAND_STDOUT:-}
  unset PULUMI_COMMAND_STDOUT
  [[ $(live_origin) == selfsigned && $printed == *$'\n'* ]] || return 0
  restore_seed "${printed##*$'\n'}" || true
}

ensure_self_signed() {
  if [[ $(live_origin) == selfsigned && $(live_names) == "$(wanted_names)" ]] && ! less_left_than 3; then return 0; fi
  self_signed "${WANTED_NAMES[@]}"
}

ensure_provided() {
  local next
  if [[ $(live_origin) == provided ]] && cmp -s /etc/trinode/provided.pem "$TLS/live/fullchain.pem" &&
    cmp -s /etc/trinode/provided.key "$TLS/live/key.pem"; then return 0; fi
  next=$(new_certificate provided)
  cp /etc/trinode/provided.pem "$next/fullchain.pem"
  cp /etc/trinode/provided.key "$next/key.pem"
  make_live "$next"
}

wanted_names() { printf '%s\n' "${WANTED_NAMES[@]}" | sort -u; }

# The timer is there for what must be issued again: by an authority, or by ourselves.
keep_timer() {
  if changed /etc/systemd/system/trinode-certificate; then
    systemctl daemon-reload
    settled /etc/systemd/system/trinode-certificate
  fi
  if [[ $MODE == provided ]]; then
    systemctl disable --quiet --now trinode-certificate.timer 2>/dev/null || true
  else
    enable_service trinode-certificate.timer
  fi
}

main "$@"
