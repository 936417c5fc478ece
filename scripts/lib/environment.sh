# shellcheck shell=bash
# A release's Python and its packages. Sourced after release.sh, with BUILD set.

readonly LOCKED=$BUILD/locked.txt

# choose_python: SITE_PYTHON, the image's unless another version is asked for. That one is uv's own download, once for all
# releases, where the site may run it.
choose_python() {
  local image managed=$TOP/python
  SITE_PYTHON=/usr/bin/python3
  image=$(/usr/bin/python3 -c 'import platform; print(platform.python_version())')
  [[ -n $PYTHON_VERSION && $image. != "$PYTHON_VERSION".* ]] || return 0
  install -d -m 755 -o "$BUILDER" -g "$BUILDER" "$managed"
  if ! SITE_PYTHON=$(managed_python find 2>/dev/null); then
    say "installing Python $PYTHON_VERSION"
    managed_python install >&2 ||
      die "Python $PYTHON_VERSION can't be had on this host (see above). Leave trinode:app.python out for the image's $image, or let the host reach where uv gets it"
    SITE_PYTHON=$(managed_python find)
  fi
}

# managed_python VERB
managed_python() {
  local options=()
  [[ $1 != find ]] || options=(--managed-python)
  as_builder UV_PYTHON_INSTALL_DIR="$TOP/python" UV_PYTHON_DOWNLOADS=manual UV_HTTP_TIMEOUT=20 UV_HTTP_RETRIES=1 \
    "$UV" python "$1" "${options[@]}" "$PYTHON_VERSION"
}

# make_environment: where the packages are to be the same as those of the release that serves, its environment is linked
# file by file, unless code of the source itself is installed in it.
make_environment() {
  local key before=$TOP/current
  choose_python
  key=$(environment_key)
  if [[ -e $before/environment.$key ]]; then
    as_builder cp -al "$before/venv" "$BUILD/venv"
  else
    install_environment
  fi
  holds_source || as_builder touch "$BUILD/environment.$key"
  as_builder "$BUILD/venv/bin/python" -m compileall -q "$BUILD/source" >&2 || true
}

# What the packages follow from: all that requirements can refer to.
environment_key() {
  local files
  mapfile -d '' -t files < <(find "$BUILD/source" \( -name '*.txt' -o -name '*.in' -o -name '*.toml' -o -name '*.lock' \
    -o -name 'setup.*' \) -type f -print0 | sort -z)
  # shellcheck disable=SC2153 # the step's values
  {
    printf '%s\n' "$PACKAGES" "$REQUIREMENTS" "$LOCK" "$CONSTRAINTS" "$PROJECT" "$EXTRAS" "$DEPENDENCY_GROUPS"
    "$SITE_PYTHON" --version
    cat /etc/trinode/gunicorn.txt /etc/trinode/beside.txt "${files[@]}"
  } | sha256sum | cut -c 1-16
}

# Whether something in the environment was installed from the source, or refers to it.
holds_source() {
  find "$BUILD"/venv/lib/python*/site-packages -maxdepth 2 \( -name '*.pth' -o -name '__editable__*' -o -name direct_url.json \) \
    -exec grep -lF "$BUILD/source" {} + 2>/dev/null | grep -q .
}

# Our server comes last, over whatever the site pins.
install_environment() {
  install_site
  uv_install --no-deps --require-hashes --requirements /etc/trinode/gunicorn.txt || die "gunicorn can't be installed (see above)"
  install_beside
}

# An environment with what the site asks for.
install_site() {
  local arguments=()
  as_builder "$UV" venv --quiet --relocatable --python "$SITE_PYTHON" "$BUILD/venv"
  lock_requirements
  [[ ! -e $LOCKED ]] || arguments+=(--requirements "$LOCKED")
  each_line "$REQUIREMENTS" --requirements "$BUILD/source/"
  each_line "$CONSTRAINTS" --constraints "$BUILD/source/"
  project_arguments
  each_line "$PACKAGES" "" ""
  if ((${#arguments[@]})); then
    uv_install "${arguments[@]}" || die "the site's packages can't be installed (see above)${BUILD_MEMORY_MB:+; each step of it may take $BUILD_MEMORY_MB MB of memory}"
  fi
}

# What is only used where the site has none of its own: at the end of Python's path (gunicorn.conf.py), never over anything.
install_beside() {
  [[ -s /etc/trinode/beside.txt ]] || return 0
  uv_install --target "$BUILD/venv/beside" --no-deps --require-hashes --requirements /etc/trinode/beside.txt ||
    die "what sends errors to Sentry can't be installed (see above)"
}

# each_line LINES OPTION PREFIX: adds to `arguments`.
each_line() {
  local line
  while IFS= read -r line; do
    [[ -z $line ]] || arguments+=(${2:+"$2"} "$3$line")
  done <<<"$1"
}

# The source itself, as `pip install -e` does, so that what is read beside its modules is found; and extras and groups, which a
# lock has taken care of already.
project_arguments() {
  local named=""
  if [[ -z $LOCK ]]; then
    named=$(paste -sd , <<<"$EXTRAS")
    [[ -n $PROJECT ]] || each_line "$EXTRAS" --extra ""
    each_line "$DEPENDENCY_GROUPS" --group ""
  fi
  [[ -z $PROJECT ]] || arguments+=(--editable "$BUILD/source/$PROJECT${named:+[$named]}")
}

uv_install() {
  (cd "$BUILD/source/$DIRECTORY" && as_builder "$UV" pip install --quiet --compile-bytecode --python "$BUILD/venv/bin/python" "$@" >&2)
}

# A lock as requirements, with versions and checksums: so one way installs them all, from the index that the host uses.
lock_requirements() {
  local place=$BUILD/source/$LOCK arguments=()
  [[ -n $LOCK ]] || return 0
  each_line "$EXTRAS" --extra ""
  case ${LOCK##*/} in
    uv.lock)
      each_line "$DEPENDENCY_GROUPS" --group ""
      in_directory "${place%/*}" as_builder "$UV" export --quiet --frozen --no-dev --no-emit-project --no-header \
        --python "$BUILD/venv/bin/python" "${arguments[@]}" --output-file "$LOCKED" >/dev/null
      ;;
    poetry.lock)
      arguments=("${arguments[@]/#--extra/--extras}")
      each_line "$DEPENDENCY_GROUPS" --with ""
      in_directory "${place%/*}" as_builder "$UV" tool run --quiet --python /usr/bin/python3 --from poetry==2.2.1 \
        --with poetry-plugin-export==1.9.0 poetry export --quiet --no-interaction "${arguments[@]}" --output "$LOCKED" >&2
      ;;
    Pipfile.lock) as_builder "$PYTHON/pipfile_requirements.py" "$place" | as_builder tee "$LOCKED" >/dev/null ;;
  esac || die "what \"$LOCK\" locks can't be read (see above). Is it of the same state as the file beside it?"
}

in_directory() { (cd "$1" && "${@:2}"); }
