#!/usr/bin/env bash
# trinode-override-list: names of the variables that were changed on this host, one a line; or as a JSON list.
# Usage: trinode override-list [--json]. Exit: 0.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

if [[ ${1:-} == --json ]]; then
  "$PYTHON/app_env.py" names "$OVERRIDES" | python3 -Ic 'import json, sys; print(json.dumps(sys.stdin.read().split()))'
else
  "$PYTHON/app_env.py" names "$OVERRIDES"
fi
