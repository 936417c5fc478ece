#!/usr/bin/env bash
# trinode-setup-watch: this server watches over the copies, and tells operators what is not well.
# Exit: 0 done.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh

main() {
  install_packages python3 curl
  # Of a bucket that is not configured any more.
  cut -f 5 "$TRINODE_BUNDLE/manifest" | grep -qxF /etc/trinode/watch-bucket.env || rm -f /etc/trinode/watch-bucket.env
  install_files
  if changed /etc/systemd/system/trinode-watch; then
    systemctl daemon-reload
    systemctl enable --quiet trinode-watch.timer
    systemctl restart trinode-watch.timer
    settled /etc/systemd/system/trinode-watch
  fi
  settled /etc/trinode/watch
}

main "$@"
