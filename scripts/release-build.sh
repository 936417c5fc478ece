#!/usr/bin/env bash
# trinode-release-build: makes a release beside the others, proven as far as that goes without a database: unpacked, its
# virtual environment installed, its imports tried, its static files collected. Nothing that runs is touched.
# Environment: SITE, RELEASE (its id), ARCHIVE_SHA256, DIRECTORY (of the project in the archive, or empty), REQUIREMENTS
# (files in the archive), PACKAGES, APT (one a line each), STATIC_DIRECTORY, MEDIA_DIRECTORY (from DIRECTORY, or absolute, or
# empty), WSGI, ABOUT (JSON for release.json), BUILD_MEMORY_MB. Exit: 0 there, 1 refused or failed, 75 another one is at it.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/release.sh
. /usr/local/lib/trinode/lib/release.sh

main() {
  local lines
  app_settings
  release_lock
  package_index
  install_files
  settled /etc/trinode/app-build.env /etc/trinode/gunicorn.txt
  readonly BUILD=$TOP/releases/${RELEASE:?}
  if [[ -e $BUILD/complete ]]; then
    say "release $RELEASE is already there"
    return 0
  fi
  say "building release $RELEASE"
  trap 'rm -rf "$BUILD"' EXIT
  mapfile -t lines <<<"$APT"
  [[ -z $APT ]] || install_packages "${lines[@]}"
  need_disk
  unpack_release
  make_environment
  link_directories
  prove_release
  finish_release
}

# A release and its environment have been seen to take some 300 MB; the disk is for the site.
need_disk() {
  local free
  free=$(df --output=avail -m "$TOP" | tail -n 1)
  ((free > 600)) || die "only $free MB are free on this host: a release needs 600 MB"
}

# One that was not finished is begun again.
unpack_release() {
  local archive=/var/lib/trinode/incoming/$ARCHIVE_SHA256.tar.gz
  [[ -r $archive ]] || die "the archive of release $RELEASE has not arrived ($archive)"
  rm -rf "$BUILD"
  install -d -m 755 -o "$BUILDER" -g "$BUILDER" "$BUILD" "$BUILD/source"
  install -d -m 755 -o "$SITE" -g "$SITE" "$BUILD/static"
  as_builder "$PYTHON/release_unpack.py" "$BUILD/source" "$ARCHIVE_SHA256" <"$archive"
  as_builder tee "$BUILD/release.json" <<<"$ABOUT" >/dev/null
  [[ -d $BUILD/source/$DIRECTORY ]] || die "the archive has no directory \"$DIRECTORY\" (trinode:app.directory)"
}

# Where the packages are to be the same as those of the release that serves, its environment is linked file by file.
make_environment() {
  local key before=$TOP/current
  key=$(environment_key)
  if [[ -n $key && -e $before/environment.$key ]]; then
    as_builder cp -al "$before/venv" "$BUILD/venv"
  else
    install_environment
  fi
  [[ -z $key ]] || as_builder touch "$BUILD/environment.$key"
  as_builder "$BUILD/venv/bin/python" -m compileall -q "$BUILD/source" >&2 || true
}

# What the packages follow from: all that requirements can refer to. Empty when that is code of the source itself.
environment_key() {
  local files
  mapfile -d '' -t files < <(find "$BUILD/source" \( -name '*.txt' -o -name '*.in' -o -name '*.toml' -o -name '*.lock' \
    -o -name 'setup.*' \) -type f -print0 | sort -z)
  if ((${#files[@]})) && grep -qsE '^\s*(-e\b|--editable|\.|/)|\bfile:' "${files[@]}"; then return 0; fi
  {
    printf '%s\n' "$PACKAGES" "$REQUIREMENTS"
    /usr/bin/python3 --version
    cat /etc/trinode/gunicorn.txt "${files[@]}"
  } | sha256sum | cut -c 1-16
}

# Our gunicorn comes last, over whatever the site pins.
install_environment() {
  local lines file arguments=()
  as_builder "$UV" venv --quiet --relocatable --python /usr/bin/python3 "$BUILD/venv"
  mapfile -t lines <<<"$REQUIREMENTS"
  for file in "${lines[@]}"; do
    [[ -z $file ]] || arguments+=(--requirements "$BUILD/source/$file")
  done
  mapfile -t lines <<<"$PACKAGES"
  [[ -z $PACKAGES ]] || arguments+=(-- "${lines[@]}")
  if ((${#arguments[@]})); then
    uv_install "${arguments[@]}" || die "the site's requirements can't be installed (see above)"
  fi
  uv_install --no-deps --require-hashes --requirements /etc/trinode/gunicorn.txt || die "gunicorn can't be installed (see above)"
}

uv_install() {
  (cd "$BUILD/source/$DIRECTORY" && as_builder "$UV" pip install --quiet --compile-bytecode --python "$BUILD/venv/bin/python" "$@" >&2)
}

# What settings call STATIC_ROOT and MEDIA_ROOT, where these are inside the project, leads to where they really are: the
# release's own static files, and media that outlive it.
link_directories() {
  [[ -z $STATIC_DIRECTORY || $STATIC_DIRECTORY == /* ]] || link_inside "$STATIC_DIRECTORY" "$BUILD/static" "$SITE"
  [[ -z $MEDIA_DIRECTORY || $MEDIA_DIRECTORY == /* ]] || link_inside "$MEDIA_DIRECTORY" "$TOP/shared/media" "$SITE"
}

# link_inside NAME TARGET OWNER: files that the archive has there are kept, but don't replace any.
link_inside() {
  local path=$BUILD/source/$DIRECTORY/$1
  if [[ -d $path && ! -L $path ]]; then
    cp -r --no-clobber --no-preserve=all "$path/." "$2/" && chown -R "$3:$3" "$2"
    rm -rf "$path"
  fi
  as_builder mkdir -p "${path%/*}"
  as_builder ln -sfn "$2" "$path"
}

prove_release() {
  local static=$STATIC_DIRECTORY media=$MEDIA_DIRECTORY project=$BUILD/source/$DIRECTORY
  [[ -z $static || $static == /* ]] || static=$project/$static
  [[ -z $media || $media == /* ]] || media=$project/$media
  limited as_site "$BUILD" /etc/trinode/app-build.env \
    python "$PYTHON/release_check.py" "$WSGI" "$static" "$media" >&2 || die "release $RELEASE is not fit to run (see above); nothing has changed"
}

# From here on nobody but root changes the static files. The mark is written when everything else is on the disk.
finish_release() {
  chown -R root:root "$BUILD/static"
  sync -f "$BUILD"
  touch "$BUILD/complete"
  trap - EXIT
  say "release $RELEASE is built"
}

main "$@"
