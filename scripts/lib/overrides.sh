# shellcheck shell=bash
# Variables that are changed on this host: they count more than the configured ones, until the configuration has them
# (./site env adopt) or they are taken back. Sourced after app.sh.

# with_overrides COMMAND…: what changes the overrides, then makes them live; what was before is back when that fails.
with_overrides() {
  local before code=0
  before=$(mktemp)
  if [[ -e $OVERRIDES ]]; then cp -p "$OVERRIDES" "$before"; fi
  "$@"
  serve_again || code=$?
  if ((code != 0)); then
    if [[ -s $before ]]; then cp -p "$before" "$OVERRIDES"; else rm -f "$OVERRIDES"; fi
  fi
  rm -f "$before"
  return "$code"
}

# serve_again: the release that serves, with what is configured and the overrides over it.
serve_again() {
  [[ -e $LIVE/release/complete ]] || die "no release serves on this host yet"
  RELEASE=$(basename "$(readlink "$LIVE/release")") KEY_ROTATION=$(cat "$LIVE/key-rotation" 2>/dev/null || echo 0) \
    /usr/local/lib/trinode/release-activate.sh >/dev/null
}
