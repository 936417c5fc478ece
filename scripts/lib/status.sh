# shellcheck shell=bash disable=SC2034,SC2153
# How a status is told: a line for each thing looked at. Sourced after common.sh.
#
# For people:             NAME       TEXT            or   NAME       NOT WELL: TEXT. REMEDY
# With TRINODE_LINES set: STATE <tab> ROLE <tab> NAME <tab> TEXT <tab> REMEDY   with STATE well, unwell or fact

UNWELL=0

# fact NAME TEXT: something to know, neither good nor bad.
fact() { tell fact "$1" "$2" ""; }

# well NAME TEXT: looked at, and as it should be.
well() { tell well "$1" "$2" ""; }

# unwell NAME TEXT REMEDY: not as it should be, and what to do about it.
unwell() {
  UNWELL=1
  tell unwell "$@"
}

# judge NAME TEXT REMEDY COMMAND…: well when the command says so.
judge() {
  if "${@:4}" >/dev/null 2>&1; then well "$1" "$2"; else unwell "$1" "$2" "$3"; fi
}

# tell STATE NAME TEXT REMEDY. ROLE is the script's. Whatever a text holds, it is one line.
tell() {
  local text remedy
  text=$(one_line "$3")
  remedy=$(one_line "$4")
  if [[ -n ${TRINODE_LINES:-} ]]; then
    printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$ROLE" "$2" "$text" "$remedy"
  elif [[ $1 == unwell ]]; then
    printf '%-12s NOT WELL: %s. %s\n' "$2" "$text" "$remedy"
  else
    printf '%-12s %s\n' "$2" "$text"
  fi
}

one_line() { tr '\t\n' '  ' <<<"$1" | sed 's/  *$//'; }

# service NAME UNIT VERSION REMEDY: whether a unit runs, or has been stopped on purpose.
service() {
  local stopped=$STOPPED/$2
  if systemctl is-active --quiet "$2"; then
    well "$1" "$2 $3"
  elif [[ -e $stopped ]]; then
    unwell "$1" "$2 was stopped, $(<"$stopped")" "Start it: ./site start"
  else
    unwell "$1" "$2 is $(systemctl is-active "$2" || true)" "$4"
  fi
}

# version_of PACKAGE: of a Debian package, without what the distribution adds.
version_of() { dpkg-query -W -f='${Version}' "$1" 2>/dev/null | sed 's/^[0-9]*://; s/[-+~].*//'; }
