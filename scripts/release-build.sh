#!/usr/bin/env bash
# trinode-release-build: makes a release beside the others, proven as far as that goes without a database: unpacked, its
# virtual environment installed, its build commands run, its imports tried, its static files collected. Nothing that runs is
# touched.
# Environment: SITE, RELEASE (its id), ARCHIVE_SHA256, DIRECTORY (of the project in the archive, or empty), WSGI, ABOUT (JSON for
# release.json), BUILD_MEMORY_MB; one a line each, or empty: REQUIREMENTS, CONSTRAINTS (files in the archive), EXTRAS,
# DEPENDENCY_GROUPS, PACKAGES, APT, WRITABLE (directories of the project that the site writes to); may be empty: LOCK (file in the
# archive), PROJECT (what is installed as a package: a directory in it), PYTHON_VERSION; STATIC_DIRECTORY, MEDIA_DIRECTORY (from
# DIRECTORY, or absolute, or empty). Exit: 0 there, 1 refused or failed, 75 another one is at it.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/release.sh
. /usr/local/lib/trinode/lib/release.sh
# shellcheck source=lib/commands.sh
. /usr/local/lib/trinode/lib/commands.sh

# Of imports, checks and collectstatic together.
readonly PROVE_SECONDS=${PROVE_SECONDS:-300}

main() {
  local lines
  limit_all "$0"
  app_settings
  release_lock
  package_index
  install_files
  settled /etc/trinode/app-build.env /etc/trinode/app-builder.env /etc/trinode/gunicorn.txt /etc/trinode/beside.txt
  readonly BUILD=$TOP/releases/${RELEASE:?}
  # shellcheck source=lib/environment.sh
  . /usr/local/lib/trinode/lib/environment.sh
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
  run_build
  prove_release
  finish_release
}

# A release and its environment have been seen to take some 300 MB; the disk is for the site.
need_disk() {
  local free
  free=$(df --output=avail -m "$TOP" | tail -n 1 | tr -d ' ')
  ((free > 600)) || die "only $free MB are free on this host: a release needs 600 MB"
}

# One that was not finished is begun again.
unpack_release() {
  local archive=/var/lib/trinode/incoming/$ARCHIVE_SHA256.tar.gz
  [[ -r $archive ]] || die "the archive of release $RELEASE has not arrived ($archive)"
  rm -rf "$BUILD"
  install -d -m 755 -o "$BUILDER" -g "$BUILDER" "$BUILD" "$BUILD/source"
  # Build commands and collectstatic both write there.
  install -d -m 2775 -o "$BUILDER" -g "$SITE" "$BUILD/static"
  as_builder "$PYTHON/release_unpack.py" "$BUILD/source" "$ARCHIVE_SHA256" <"$archive"
  as_builder tee "$BUILD/release.json" <<<"$ABOUT" >/dev/null
  [[ -d $BUILD/source/$DIRECTORY ]] || die "the archive has no directory \"$DIRECTORY\" (trinode:app.directory)"
}

# What settings call STATIC_ROOT and MEDIA_ROOT, where these are inside the project, leads to where they really are: the
# release's own static files, and media that outlive it.
link_directories() {
  [[ -z $STATIC_DIRECTORY || $STATIC_DIRECTORY == /* ]] || link_inside "$STATIC_DIRECTORY" "$BUILD/static" "$BUILDER:$SITE"
  [[ -z $MEDIA_DIRECTORY || $MEDIA_DIRECTORY == /* ]] || link_inside "$MEDIA_DIRECTORY" "$TOP/shared/media" "$SITE_USER:$SITE"
  link_writable
}

link_writable() {
  local path lines
  mapfile -t lines <<<"$WRITABLE"
  for path in "${lines[@]}"; do
    [[ -n $path ]] || continue
    install -d -m 755 -o "$SITE_USER" -g "$SITE" "$TOP/shared/writable" "$TOP/shared/writable/${path//\//-}"
    link_inside "$path" "$TOP/shared/writable/${path//\//-}" "$SITE_USER:$SITE"
  done
}

# link_inside NAME TARGET OWNER: files that the archive has there are kept, but don't replace any.
link_inside() {
  local path=$BUILD/source/$DIRECTORY/$1
  # Root is about to move what is there: never anything but the release's own.
  [[ $(realpath -m "$path") == "$BUILD/source/"* ]] || die "\"$1\" leads out of the release; give a path inside the source, or an absolute one"
  if [[ -d $path && ! -L $path ]]; then
    cp -r --no-clobber --no-preserve=all "$path/." "$2/" && chown -R "$3" "$2" && chmod -R g+w "$2"
    rm -rf "$path"
  fi
  as_builder mkdir -p "${path%/*}"
  as_builder ln -sfn "$2" "$path"
}

# In order, and without a secret of the site's.
run_build() (
  mapfile -d '' -t lines < <(commands_of "$BUILD" build)
  umask 002
  for line in "${lines[@]}"; do
    say "building: $line"
    as_builder TRINODE_RELEASE="$BUILD" TRINODE_ENV=/etc/trinode/app-builder.env "$PYTHON/app_run.py" "${SHELL_LINE[@]}" "$line" \
      </dev/null >&2 || die "app.build failed: $line (see above); it may take $BUILD_MEMORY_MB MB of memory"
  done
)

prove_release() {
  local static=$STATIC_DIRECTORY media=$MEDIA_DIRECTORY project=$BUILD/source/$DIRECTORY code=0
  [[ -z $static || $static == /* ]] || static=$project/$static
  [[ -z $media || $media == /* ]] || media=$project/$media
  umask 002
  write_env_file "$BUILD" /etc/trinode/app-build.env
  site_command "$BUILD" /etc/trinode/app-build.env python "$PYTHON/release_check.py" "$WSGI" "$static" "$media"
  # A site that waits for something when it is loaded must not hold the release, and its lock, for ever.
  limited timeout --kill-after=10 "$PROVE_SECONDS" "${SITE_COMMAND[@]}" >&2 || code=$?
  ((code != 124 && code != 137)) || die "release $RELEASE was not loaded and its static files not collected within $PROVE_SECONDS s: does it wait for something when it is imported? Nothing has changed"
  ((code == 0)) || die "release $RELEASE is not fit to run (see above); nothing has changed"
}

# From here on nobody but root changes the static files. The mark is written when everything else is on the disk.
finish_release() {
  umask 022
  chown -R root:root "$BUILD/static"
  chmod -R u=rwX,go=rX,g-s "$BUILD/static"
  sync -f "$BUILD"
  touch "$BUILD/complete"
  trap - EXIT
  say "release $RELEASE is built"
}

main "$@"
