# shellcheck shell=bash disable=SC2034,SC2153
# A release that goes from one application server to the next. The first does what is done once, and goes back by itself when nobody
# has confirmed in time that the release serves on all of them. Sourced after app.sh and live.sh.

# What the first server served when all served the same; there only as long as a release is not confirmed.
readonly FORMER=/var/lib/trinode/former
# What it has gone back from by itself, for the confirmation that comes too late.
readonly WENT_BACK=/var/lib/trinode/went-back
readonly BACK_UNIT=trinode-release-back

# The first server, or the only one: it prepares the database for all.
leads() { [[ ${LEADS:-yes} == yes ]]; }

# keep_former: before what serves is remembered. An older one that is not confirmed either stays the one to go back to.
keep_former() {
  [[ -n ${CONFIRM_SECONDS:-} && -e $LIVE/release/complete && ! -e $FORMER ]] || return 0
  rm -rf "$FORMER.part"
  cp -a "$LIVE" "$FORMER.part"
  mv -T "$FORMER.part" "$FORMER"
}

# await_confirmation FINGERPRINT: of what serves now. What was confirmed before needs no confirmation again.
await_confirmation() {
  rm -f "$WENT_BACK"
  [[ -e $FORMER ]] || return 0
  if [[ $(cat "$FORMER/fingerprint") == "$1" ]]; then
    forget_former
    return 0
  fi
  printf "DATABASE_CHANGED='%s'\nBEFORE_RESTORE='%s'\n" "$DATABASE_CHANGED" "${BEFORE_RESTORE:-}" >>"$FORMER/database"
  systemctl stop "$BACK_UNIT.timer" 2>/dev/null || true
  systemd-run --quiet --collect --unit "$BACK_UNIT" --on-active="${CONFIRM_SECONDS:-300}s" --timer-property=AccuracySec=1s \
    /usr/local/bin/trinode release-back
}

forget_former() {
  systemctl stop "$BACK_UNIT.timer" 2>/dev/null || true
  rm -rf "$FORMER"
}
