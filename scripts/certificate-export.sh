#!/usr/bin/env bash
# trinode-certificate-export: the certificate with its key, and the account at the authority, for the machine that takes this
# one's place (WebServer's `certificateSeed`). SECRET: whoever has it can pretend to be the site.
# Output: base64 of a gzipped tar. Exit: 0; 1 when there is no certificate yet.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/tls.sh
. /usr/local/lib/trinode/lib/tls.sh

main() {
  have_certificate || die "there is no certificate here yet"
  install -d -m 700 "$ACME_HOME/accounts"
  tar -cz -C "$TLS" --transform "s|^$(readlink "$TLS/live")|live|" "$(readlink "$TLS/live")" -C "$ACME_HOME" accounts | base64 -w 0
}

main "$@"
