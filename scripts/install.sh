#!/usr/bin/env bash
# trinode-install: puts the files of a bundle in place, nothing else.
# Exit: 0 all in place.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh

main() {
  install_files
}

main "$@"
