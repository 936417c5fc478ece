# shellcheck shell=bash
# Commands of the configuration that belong to a release. Sourced after app.sh.

# commands_of RELEASE KIND: build, beforeMigrate or once; each ended by NUL.
commands_of() { "$PYTHON/release_commands.py" "$1/release.json" "$2"; }

# A shell line that stops at its first failure, in the project's directory.
readonly SHELL_LINE=(exec bash -euo pipefail -c)

# run_before_migrate RELEASE ENVIRONMENT-FILE: as the site, in order.
run_before_migrate() {
  local line lines
  mapfile -d '' -t lines < <(commands_of "$1" beforeMigrate)
  for line in "${lines[@]}"; do
    say "running: $line"
    as_site "$1" "$2" "${SHELL_LINE[@]}" "$line" </dev/null >&2 || give_up "app.beforeMigrate failed: $line"
  done
}

# run_once RELEASE ENVIRONMENT-FILE: those that this database has not seen yet; it remembers them.
run_once() {
  as_site "$1" "$2" python "$PYTHON/release_once.py" "$1/release.json" </dev/null >&2 ||
    give_up "a command of app.once failed; it runs again with the next release"
}

# write_env_file RELEASE ENVIRONMENT-FILE: for sites that read their variables from a file; nothing where none is asked for.
write_env_file() { "$PYTHON/env_file.py" "$1" "$2" "$SITE_USER"; }

# env_file_back: what serves goes on serving, with its own.
env_file_back() {
  [[ ! -e $LIVE/release/complete ]] || write_env_file "$(readlink "$LIVE/release")" "$LIVE/app.env"
}
