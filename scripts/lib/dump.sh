# shellcheck shell=bash
# Loading a dump of whatever origin: plain SQL (also gzipped) and pg_dump's custom format, of any owner. Sourced after common.sh.

# load_dump FILE: into the database that PG… variables name, by the login that they name. One transaction, ended by us when everything
# before psql has gone well: psql itself would commit what a cut-off dump has sent. Dies with the dump's own line numbers.
load_dump() {
  local log
  log=$(mktemp)
  if ! { restrict_and_begin && read_dump "$1" | portable && echo "COMMIT;"; } 2>>"$log" |
    as_nobody psql -Xq -v ON_ERROR_STOP=1 -f - >/dev/null 2>>"$log"; then
    # psql counts what came before the dump, too.
    awk -v before="$(restrict_and_begin | wc -l)" 'match($0, /^psql:<stdin>:[0-9]+/) {
      $0 = "line " (substr($0, 14, RLENGTH - 13) - before) substr($0, RLENGTH + 1) } { print }' "$log" |
      grep -v '^ *$' | tail -n 5 >&2 || true
    rm -f "$log"
    die "the dump could not be restored (see above); nothing was changed"
  fi
  rm -f "$log"
}

# What a dump can make psql do on this host, it does as nobody; a psql that knows how takes no command but SQL from here on.
as_nobody() { setpriv --reuid nobody --regid nogroup --clear-groups --no-new-privs "$@"; }

restrict_and_begin() {
  if psql --help=commands | grep -F '\restrict' >/dev/null; then
    printf '\\restrict %s\n' "$(od -An -N 16 -tx1 /dev/urandom | tr -d ' \n')"
  fi
  echo "BEGIN;"
}

# form_of FILE: custom, gzip or plain.
form_of() {
  case $(head -c 5 "$1" | od -An -tx1 | tr -d ' ') in
    5047444d50) echo custom ;;
    1f8b*) echo gzip ;;
    *) echo plain ;;
  esac
}

# The dump as SQL.
read_dump() {
  case $(form_of "$1") in
    custom) as_nobody pg_restore --no-owner --no-acl -f - <"$1" ;;
    gzip) gunzip -c "$1" ;;
    plain) cat "$1" ;;
  esac
}

# What names roles of another server is left out; settings that this release does not know, too.
portable() {
  local known
  known=$(psql -XAtqc "SELECT string_agg(name, ' ') FROM pg_settings") || return 1
  awk -v known="$known" -f /usr/local/lib/trinode/lib/portable-dump.awk
}
