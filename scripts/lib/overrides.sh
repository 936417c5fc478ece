# shellcheck shell=bash
# What is changed on this host, variables and the name of the site's unix user: it counts more than what is configured, until the
# configuration has it (./site env adopt) or it is taken back. Sourced after app.sh and user.sh.

# How the user is called among the variables.
readonly USER_KEY=trinode:app.user

# with_overrides COMMAND…: what changes the overrides, then makes them live; what was before is back when that fails.
with_overrides() {
  local before code=0 file
  before=$(mktemp -d)
  for file in "$OVERRIDES" "$USER_OVERRIDE"; do
    [[ ! -s $file ]] || cp -p "$file" "$before"
  done
  "$@"
  serve_again || code=$?
  for file in "$OVERRIDES" "$USER_OVERRIDE"; do
    ((code != 0)) || continue
    # A copy that fails, as on a full disk, takes away nothing.
    if [[ -e $before/${file##*/} ]]; then cp -p "$before/${file##*/}" "$file"; else rm -f "$file"; fi
  done
  rm -rf "$before"
  return "$code"
}

# override_names: of all that is changed here, one a line.
override_names() {
  "$PYTHON/app_env.py" names "$OVERRIDES"
  [[ ! -s $USER_OVERRIDE ]] || echo "$USER_KEY"
}

# serve_again: the release that serves, with what is configured and the overrides over it.
serve_again() {
  [[ -e $LIVE/release/complete ]] || die "no release serves on this host yet"
  RELEASE=$(basename "$(readlink "$LIVE/release")") KEY_ROTATION=$(cat "$LIVE/key-rotation" 2>/dev/null || echo 0) \
    /usr/local/lib/trinode/release-activate.sh >/dev/null
}
