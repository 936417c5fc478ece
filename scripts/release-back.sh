#!/usr/bin/env bash
# trinode-release-back: the first of several application servers serves again what it served before a release that did not come to the
# others. Run by a timer, unless the release is confirmed before; and by ./site when a release has failed. Nothing to do: nothing is done.
# Exit: 0 it is so, 1 it is not (the reason is on standard error), 75 a release is being made.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/live.sh
. /usr/local/lib/trinode/lib/live.sh
# shellcheck source=lib/migrations.sh
. /usr/local/lib/trinode/lib/migrations.sh
# shellcheck source=lib/commands.sh
. /usr/local/lib/trinode/lib/commands.sh
# shellcheck source=lib/processes.sh
. /usr/local/lib/trinode/lib/processes.sh
# shellcheck source=lib/line.sh
. /usr/local/lib/trinode/lib/line.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh

main() {
  keep_talking
  app_settings
  release_lock
  if [[ ! -e $FORMER ]]; then
    say "what serves here serves on all application servers"
    return 0
  fi
  local former key
  former=$(basename "$(readlink "$FORMER/release")")
  RELEASE=$(live_release) NEW=$(readlink "$LIVE/release") NEXT_ENV=/etc/trinode/app.env
  [[ -e $TOP/releases/$former/complete ]] || die "release $former is not kept any more: $RELEASE goes on serving here"
  say "release $RELEASE did not come to all application servers: going back to $former"
  # shellcheck source=/dev/null
  . <(tail -n 2 "$FORMER/database" 2>/dev/null)
  put_database_back "$former"
  [[ -z ${DATABASE_MISFIT:-} ]] || die "release $RELEASE goes on serving here; $former can't: $DATABASE_SAYS"
  key=$(cat "$LIVE/key-rotation" 2>/dev/null || echo 0)
  bring_back "$former"
  printf "RELEASE='%s'\nKEY_ROTATION='%s'\n" "$RELEASE" "$key" >"$WENT_BACK"
  forget_former
  apply_processes
  say "release $former serves again${DATABASE_SAYS:+; $DATABASE_SAYS}"
}

# bring_back RELEASE: with the variables that it had.
bring_back() {
  local since
  since=$(date +%s.%N)
  write_env_file "$TOP/releases/$1" "$FORMER/app.env"
  publish_static "$1"
  [[ ! -s $FORMER/user ]] || name_user "$(<"$FORMER/user")"
  put_in_place "$TOP/releases/$1" "$FORMER/app.env" "$FORMER/gunicorn.conf.py"
  restart_processes "$since"
  probe_site 20
  rm -rf "$LIVE.old"
  mv -T "$LIVE" "$LIVE.old"
  rm -f "$FORMER/database"
  cp -a "$FORMER" "$LIVE"
  rm -rf "$LIVE.old"
}

main "$@"
