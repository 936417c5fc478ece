#!/usr/bin/env bash
# trinode-mail-check: tries the mail server that the site's settings name, from here, as the site would; sends nothing.
# Run at the end of `pulumi up`, and by hand.
# Usage: trinode mail-check
# Environment: SITE (of a step; else read here), whatever else is a reason to try again.
# Output: one line of JSON, {"mail": "works" | "off" | "fails" | "unknown", "server": "host:port", "why": "…"}; what to do is on
# standard error. Exit: 0, whatever comes out: a site without mail is a site.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh

main() {
  app_settings
  # Settings that can't be loaded say nothing about mail.
  # On standard input, so that Python looks for the site's modules where it starts: in the release.
  as_site "$TOP/current" /etc/trinode/app.env python - <"$PYTHON/mail_probe.py" || echo '{"mail":"unknown"}'
}

main "$@"
