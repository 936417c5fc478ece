#!/usr/bin/env bash
# trinode-receive: installs the scripts of a bundle that has arrived, and runs its verb. Every step of `pulumi up` on a host is
# this one command. Steps on one host wait for each other.
# Usage: receive BUNDLE (a directory, which is taken away in the end).
# Output: the verb's, once it has done its work; nothing when it fails. Exit: the verb's.
set -euo pipefail
umask 077

main() {
  local verb
  # Not local: it outlives main, for the trap.
  bundle=$1
  trap 'rm -rf "$bundle"' EXIT
  verb=$(<"$bundle/verb")

  exec 9>/run/trinode.lock
  flock -n 9 || {
    echo "waiting for another step on this host" >&2
    flock 9
  }
  # Left by a step that was killed, with keys in it; younger bundles may be waiting for the lock.
  find /run -maxdepth 1 \( -name 'trinode.????????' -mmin +60 -o -name 'trinode-seed.??????' \) -exec rm -rf {} +
  leave_stopped_alone
  install -d -m 755 /etc/trinode /usr/local/lib/trinode /var/lib/trinode
  install_scripts "$bundle/scripts"

  set -a
  # shellcheck source=/dev/null
  . "$bundle/environment"
  set +a
  export TRINODE_BUNDLE=$bundle
  # Pulumi shows what a failed command has printed, and some verbs print keys: nothing is printed before all is done.
  "/usr/local/lib/trinode/$verb.sh" 9>&- >"$bundle/output"
  exec 7<"$bundle/output"
  rm -rf "$bundle"
  cat <&7
}

# What an operator has stopped is not started behind his back, and a step that needs it would fail half-way.
leave_stopped_alone() {
  local stopped
  for stopped in /var/lib/trinode/stopped/*; do
    [[ -e $stopped ]] || return 0
    break
  done
  echo "trinode: ${stopped##*/} on $HOSTNAME was stopped $(<"$stopped"): nothing is changed here. Start it first: ./site start" >&2
  exit 1
}

# Renamed into place one by one: a timer may be running any of them.
install_scripts() {
  local name
  while IFS= read -r -d '' name; do
    install -D -m 755 "$1/$name" "/usr/local/lib/trinode/$name.trinode-new"
    mv -fT "/usr/local/lib/trinode/$name.trinode-new" "/usr/local/lib/trinode/$name"
  done < <(cd "$1" && find . -type f -printf '%P\0')
  ln -sfn /usr/local/lib/trinode/trinode.sh /usr/local/bin/trinode
}

main "$@"
