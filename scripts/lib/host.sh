# shellcheck shell=bash
# What every role's setup does for its host. Sourced after common.sh and files.sh.

# prepare_host: before packages are installed. Environment: PRIVATE_ADDRESS, PRIVATE_PREFIX (length).
prepare_host() {
  ensure_private_address
}

# settle_host: after the files are installed.
settle_host() {
  if changed /etc/ssh/sshd_config.d/; then
    sshd -t
    systemctl reload ssh
    settled /etc/ssh/sshd_config.d/
  fi
  if changed /etc/systemd/journald.conf.d/; then
    systemctl try-restart systemd-journald
    settled /etc/systemd/journald.conf.d/
  fi
}

# Linode's Network Helper configures the second interface, where the account's settings say so. Where they don't, we do.
ensure_private_address() {
  [[ -n ${PRIVATE_ADDRESS:-} ]] || return 0
  ip -4 -o address show | grep -qF " $PRIVATE_ADDRESS/" && return 0
  say "configuring eth1 with $PRIVATE_ADDRESS (Network Helper did not)"
  cat >/etc/systemd/network/05-trinode-vpc.network <<EOF
[Match]
Name=eth1

[Network]
Address=$PRIVATE_ADDRESS/${PRIVATE_PREFIX:-24}
EOF
  ip link show eth1 >/dev/null 2>&1 || die "this Linode has no second interface; is it in the VPC?"
  if systemctl is-active --quiet systemd-networkd; then
    networkctl reload
  else
    ip address add "$PRIVATE_ADDRESS/${PRIVATE_PREFIX:-24}" dev eth1
    ip link set eth1 up
    systemctl enable --quiet systemd-networkd
  fi
  local try
  for try in {1..50}; do
    ip -4 -o address show dev eth1 | grep -qF " $PRIVATE_ADDRESS/" && return 0
    sleep 0.1
  done
  die "eth1 did not take the address $PRIVATE_ADDRESS after $((try / 10)) s"
}

# dossier_names VERB…: the names by which the site's operators know these verbs.
dossier_names() {
  local verb
  for verb in "$@"; do
    ln -sfn "/usr/local/lib/trinode/$verb.sh" "/usr/local/bin/$verb.sh"
  done
}
