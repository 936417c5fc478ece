#!/usr/bin/env bash
# trinode-rollback-check: whether a kept release fits the database as it is, and what could be done where it does not.
# Usage: trinode rollback-check [RELEASE] [--json]    RELEASE: an id of `trinode releases`; the last good one without
# Output with --json: {release, fits, reasons, modes}; modes: of plain, migrate, restore, those that are possible.
# Exit: 0 it fits, 1 it does not, or there is no such release.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/migrations.sh
. /usr/local/lib/trinode/lib/migrations.sh

main() {
  local release='' form=text word judged dump='' live
  for word in "$@"; do
    if [[ $word == --json ]]; then form=json; else release=$word; fi
  done
  app_settings
  live=$(live_release)
  [[ -n $release ]] || release=$(releases | grep -vxF "$live" | tail -n 1)
  [[ -n $release ]] || die "there is no release before $live"
  [[ $release =~ ^[0-9a-f]{12}$ && -e $TOP/releases/$release/complete ]] ||
    die "release $release is not kept on this host (kept: $(releases | paste -sd ' '))"
  judged=$(known_by "$release" | in_release "$TOP/releases/$live" /etc/trinode/app.env judge) || die "the migrations can't be looked at (see above)"
  dump=$(sed 1d <<<"$judged" | record backup "$release" 2>/dev/null) || true
  sed 1d <<<"$judged" | "$PYTHON/release_say.py" rollback "$release" "$form" "$dump"
}

main "$@"
