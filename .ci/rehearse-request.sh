#!/usr/bin/env bash
# rehearse-request: what a CI does with a request that may have no secret: previews it against an empty state on a local Linode, then stands
# its production up there for real and looks at it from outside. Needs root, and no account.
# usage: .ci/rehearse-request.sh DIRECTORY    (for comment.md, preview.json, verdict.json)
# Exit: 0 it may be merged, 1 it may not, or does not stand (the reason is on standard error).
set -euo pipefail

main() {
  local output=${1:?usage: .ci/rehearse-request.sh DIRECTORY} code=0
  cd "$(dirname "$0")/.."
  node toolchain/bootstrap.mjs start --prepare
  ./site --stack local --config-file Pulumi.local.yaml preview --output "$output" \
    --note "A request of a fork: the preview begins with an empty state, and nothing of production is known to it." || code=$?
  if ((code == 0)); then
    node toolchain/bootstrap.mjs start || code=1
  fi
  # What is left standing is an error, too.
  node toolchain/bootstrap.mjs stop || code=1
  return "$code"
}

main "$@"
