#!/usr/bin/env bash
# trinode-releases: the releases of this host, newest first: when, who, from what, migrations, state; failed ones with the reason.
# Usage: trinode releases [--json]. Exit: 0.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

app_settings
"$PYTHON/release_record.py" list "$SITE" "$@"
