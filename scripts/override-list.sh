#!/usr/bin/env bash
# trinode-override-list: names of the variables that were changed on this host, one a line; or as a JSON list. A unix user
# that was given another name here is among them, as trinode:app.user.
# Usage: trinode override-list [--json]. Exit: 0.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh
# shellcheck source=lib/overrides.sh
. /usr/local/lib/trinode/lib/overrides.sh

if [[ ${1:-} == --json ]]; then
  override_names | python3 -Ic 'import json, sys; print(json.dumps(sys.stdin.read().split()))'
else
  override_names
fi
