#!/usr/bin/env bash
# check-site: a site's own checks, on this machine: its source and its packages as a release has them, and no server's.
# usage: check-site.sh prepare <ARCHIVE     unpacks and installs
#        check-site.sh run WORD…            django-admin WORD…, in the project's directory
# Environment: BUILD (directory of its own), VARIABLES (file of NAME=VALUE ended by NUL, nothing else is known to the site), DIRECTORY (of
# the project in the source, or empty). prepare also: UV, ARCHIVE_SHA256, and as for release-build: REQUIREMENTS, CONSTRAINTS, EXTRAS,
# DEPENDENCY_GROUPS, PACKAGES, LOCK, PROJECT, PYTHON_VERSION.
# Exit: that of what is run; 1 with the reason on standard error.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../../scripts" && pwd)
readonly PYTHON=$here/python

main() {
  case ${1:-} in
    prepare) prepare ;;
    run) run_site "${@:2}" ;;
    *) die "usage: check-site.sh prepare | run WORD…" ;;
  esac
}

say() { printf '%s\n' "$*" >&2; }
die() {
  say "trinode: $*"
  exit 1
}

# As on a server, but for the user: whoever runs this.
as_builder() {
  env UV_NO_PROGRESS=1 UV_PYTHON_DOWNLOADS=automatic "$@"
}

prepare() {
  # shellcheck source=../../../scripts/lib/environment.sh
  . "$here/lib/environment.sh"
  rm -rf "$BUILD/source" "$BUILD/venv" "$LOCKED"
  mkdir -p "$BUILD/source"
  python3 -I "$PYTHON/release_unpack.py" "$BUILD/source" "$ARCHIVE_SHA256"
  find_python
  install_site
}

# The version that is asked for, else that of the servers' image, else what this machine has.
find_python() {
  SITE_PYTHON=$("$UV" python find "${PYTHON_VERSION:-3.13}" 2>/dev/null) || SITE_PYTHON=""
  if [[ -z $SITE_PYTHON && -n $PYTHON_VERSION ]]; then
    "$UV" python install --quiet "$PYTHON_VERSION" || die "Python $PYTHON_VERSION can't be had on this machine (see above)"
    SITE_PYTHON=$("$UV" python find "$PYTHON_VERSION")
  fi
  [[ -n $SITE_PYTHON ]] || SITE_PYTHON=$(command -v python3)
}

run_site() {
  local variables
  # shellcheck disable=SC2153 # the path of the file, set by the caller
  mapfile -d '' -t variables <"$VARIABLES"
  cd "$BUILD/source/$DIRECTORY"
  exec env -i PATH="$BUILD/venv/bin:/usr/bin:/bin" HOME="$BUILD" LANG=C.UTF-8 PYTHONPATH=. PYTHONDONTWRITEBYTECODE=1 PYTHONWARNINGS=ignore \
    PGCONNECT_TIMEOUT=3 "${variables[@]}" "$BUILD/venv/bin/python" -m django "$@"
}

main "$@"
