# shellcheck shell=bash disable=SC2034
# How releases are made. Sourced after app.sh, with SITE set.

readonly UV=/opt/trinode/uv/bin/uv

# limit_all SCRIPT: starts the script again where everything together has no more memory than that, and comes after the site for CPU
# and disk. Where the kernel's memory controller is out of reach (a container), `limited` is what holds.
limit_all() {
  [[ -z ${TRINODE_LIMITED:-} ]] || return 0
  TRINODE_LIMITED=1 exec systemd-run --scope --quiet --collect -p MemoryMax="${BUILD_MEMORY_MB}M" -p CPUWeight=20 -p IOWeight=20 "$1"
}

# limited COMMAND…: as much memory as the plan has to spare for each process of it, and behind everything else for CPU and
# disk, so that the site goes on being served meanwhile.
limited() (
  ulimit -d $((BUILD_MEMORY_MB * 1024))
  renice -n 10 -p $BASHPID >/dev/null
  ionice -c 3 -p $BASHPID 2>/dev/null || true
  echo 800 >/proc/self/oom_score_adj
  "$@"
)

# as_builder WORD…: as the user that makes releases; packages' own build code runs so, and sees none of the site's secrets.
as_builder() {
  limited setpriv --reuid "$BUILDER" --regid "$BUILDER" --init-groups --no-new-privs \
    env -i PATH=/usr/bin:/bin HOME="$TOP/cache" LANG=C.UTF-8 UV_CACHE_DIR="$TOP/cache/uv" UV_PYTHON_DOWNLOADS=never \
    UV_NO_PROGRESS=1 UV_SYSTEM_CERTS=1 UV_LINK_MODE=hardlink UV_CONCURRENT_BUILDS=1 \
    MAKEFLAGS=-j1 CMAKE_BUILD_PARALLEL_LEVEL=1 CARGO_BUILD_JOBS=1 "${PACKAGE_INDEX[@]}" "$@"
}

# Where this host's pip gets packages from, uv is to get them from.
package_index() {
  local index
  index=$("$PYTHON/package_index.py")
  PACKAGE_INDEX=()
  [[ -z $index ]] || PACKAGE_INDEX=(UV_DEFAULT_INDEX="$index")
}
PACKAGE_INDEX=()
