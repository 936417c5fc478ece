# shellcheck shell=bash
# Addresses from which the provisioning login is let in for a time, beside operators' own: lines in PostgreSQL's list of who may log in, which
# say themselves when they end. Sourced after common.sh.

readonly ACCESS=/etc/trinode/pg_hba.conf
readonly ADMITTED='# admitted [a-z0-9]* until [0-9]*$'

# Until the caller's shell ends, nobody else changes them.
admitted_lock() {
  exec 8>/run/trinode-admitted.lock
  flock 8
}

# Those that are not over yet.
admitted_lines() {
  local line
  while IFS= read -r line; do
    ((${line##* } <= $(date +%s))) || echo "$line"
  done < <(grep -s "$ADMITTED" "$ACCESS")
}

# put_admitted LINES: these and no others, before the line that refuses everybody else. The file is changed where it differs only.
put_admitted() {
  local new=$ACCESS.admitted
  [[ -s $ACCESS ]] || return 0
  awk -v over="$ADMITTED" -v lines="$1" '
    $0 ~ over { next }
    $NF == "reject" && !put { if (lines != "") print lines; put = 1 }
    { print }' "$ACCESS" | install -m 640 -o root -g postgres /dev/stdin "$new"
  if cmp -s "$new" "$ACCESS"; then
    rm -f "$new"
  else
    mv -fT "$new" "$ACCESS"
  fi
}
