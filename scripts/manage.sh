#!/usr/bin/env bash
# trinode-manage: manage.py of the release that serves, as the site's user, with its variables.
# Usage: trinode manage ARGUMENT…, e.g. `trinode manage createsuperuser`. Exit: manage.py's.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

app_settings
as_site "$TOP/current" /etc/trinode/app.env manage "$@"
