# shellcheck shell=bash
# A certificate from an ACME authority. Sourced by certificate-ensure, after its settings' names are known.

readonly WEBROOT=/var/lib/trinode/acme
# When orders failed since one succeeded, in seconds, one a line.
readonly FAILURES=/var/lib/trinode/acme-failures

# ensure_issued: a certificate of SERVER for all names that point here. Names that do not are told of, and wait.
ensure_issued() {
  local due pointing=() missing=()
  due=$(why_due)
  [[ -n $due ]] || return 0
  # Until there is a better one, visitors see the right names in it.
  if [[ $(live_origin) == selfsigned && $(live_names) != "$(wanted_names)" ]]; then self_signed "${WANTED_NAMES[@]}"; fi
  find_pointing
  ((${#missing[@]} == 0)) || tell_records "${missing[@]}"
  worth_ordering "$due" || return 0
  if must_wait; then return 0; fi
  order "${pointing[@]}"
}

# Prints why a new certificate is due, or nothing.
why_due() {
  if [[ $(live_origin) != "$SERVER" ]]; then
    echo "origin"
  elif less_left_than 3; then
    echo "lifetime"
  elif [[ $(live_names) != "$(wanted_names)" ]]; then
    echo "names"
  fi
}

# worth_ordering DUE: whether the names that point here now make a better certificate than the live one.
worth_ordering() {
  ((${#pointing[@]})) || return 1
  case $1 in
    origin) return 0 ;;
    # A name that points elsewhere, be it for an hour, is insisted on as long as there is time.
    lifetime) ((${#missing[@]} == 0)) || less_left_than 9 ;;
    names)
      ((${#missing[@]} == 0)) && return 0
      # Not only names that can't be confirmed: one that can, and has no certificate yet.
      [[ -n $(comm -13 <(live_names) <(printf '%s\n' "${pointing[@]}" | sort -u)) ]]
      ;;
  esac
}

# Sorts WANTED_NAMES into pointing and missing: a name points here when each of its addresses gives out what was just put
# under this host's webroot, which is what the authority will ask for.
find_pointing() {
  local token name
  declare -A looks
  token=trinode-$(openssl rand -hex 16)
  # shellcheck disable=SC2064 # this very file
  trap "rm -f '$WEBROOT/.well-known/acme-challenge/$token'" EXIT
  install -m 644 <(echo "$token") "$WEBROOT/.well-known/acme-challenge/$token"
  # All at once: a name server that does not answer takes its time.
  for name in "${WANTED_NAMES[@]}"; do
    points_here "$name" "$token" &
    looks[$name]=$!
  done
  for name in "${WANTED_NAMES[@]}"; do
    if wait "${looks[$name]}"; then pointing+=("$name"); else missing+=("$name"); fi
  done
  rm -f "$WEBROOT/.well-known/acme-challenge/$token"
}

points_here() {
  local name=$1 token=$2 address addresses
  mapfile -t addresses < <(getent ahosts "$name" | awk '{print $1}' | sort -u)
  ((${#addresses[@]})) || return 1
  for address in "${addresses[@]}"; do
    [[ $address != *:* ]] || address="[$address]"
    [[ $(curl --silent --max-time 5 --noproxy '*' --resolve "$name:80:$address" \
      "http://$name/.well-known/acme-challenge/$token") == "$token" ]] || return 1
  done
}

# tell_records NAME…: what to set where the names are kept; in short where nobody reads along.
tell_records() {
  local name
  if [[ -z ${TRINODE_BUNDLE:-} && ! -t 2 ]]; then
    say "not pointing here yet: $*"
    return 0
  fi
  say "these names do not point here yet; until they do, visitors get the certificate that is here ($(live_origin)). Set:"
  for name in "$@"; do
    # shellcheck disable=SC2153 # set in tls.env
    say "  $name.  300  IN  A  $PUBLIC_ADDRESS"
    [[ -z $PUBLIC_ADDRESS6 ]] || say "  $name.  300  IN  AAAA  $PUBLIC_ADDRESS6"
  done
  say "This server looks every few minutes and asks for the certificate by itself."
}

# must_wait: after failures, 15 minutes, 30, … up to 4 hours. `pulumi up` asks at once, up to 4 times an hour.
must_wait() {
  local now count last recent pause
  [[ -s $FAILURES ]] || return 1
  now=$(date +%s)
  count=$(wc -l <"$FAILURES")
  last=$(tail -n 1 "$FAILURES")
  recent=$(awk -v since=$((now - 3600)) '$1 > since' "$FAILURES" | wc -l)
  pause=$((900 * (1 << (count < 5 ? count - 1 : 4))))
  if [[ -n ${TRINODE_BUNDLE:-} ]] && ((recent < 4)); then return 1; fi
  ((now < last + pause)) || return 1
  say "not asking $SERVER again before $(date -u -d "@$((last + pause))" +%FT%TZ): the last order failed"
}

# order NAME…: one certificate for all of them. Without one, what is live stays.
order() {
  local next log
  say "asking $SERVER for a certificate for $*"
  next=$(new_certificate "$SERVER")
  log=$(mktemp)
  install -d -m 700 "$ACME_HOME"
  make_request "$next" "$@"
  if ! sign "$next" "$log"; then
    date +%s >>"$FAILURES"
    grep -vE '^ *$|^# INFO|\+ (Requesting|Received|Handling|Pending|Deploying|Cleaning)' "$log" | tail -n 6 >&2
    rm -rf "$log" "$next"
    say "no certificate this time; the one that is here ($(live_origin)) stays, and the next try is made by itself"
    return 0
  fi
  rm -f "$log" "$FAILURES"
  make_live "$next"
  say "certificate for $(live_names | paste -sd ' ') until $(date -u -d "@$(epoch_of enddate)" +%FT%TZ)"
}

# A new key for each certificate, which never leaves this machine.
make_request() {
  local next=$1 names
  shift
  names=$(printf ',DNS:%s' "$@")
  openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -subj / -addext "subjectAltName=${names#,}" \
    -keyout "$next/key.pem" -out "$next/request.pem" 2>/dev/null
}

# sign DIRECTORY LOG: the authority's answer, certificate and chain, becomes fullchain.pem. An account that the authority
# knows no longer (a new authority under an old address) is made anew.
sign() {
  if ask_authority "$@"; then return 0; fi
  grep -q accountDoesNotExist "$2" || return 1
  rm -rf "$ACME_HOME/accounts"
  ask_authority "$@"
}

# Without a lock of dehydrated's own, which would outlive an order that was killed: trinode's goes with its process.
ask_authority() {
  timeout 150 dehydrated --config /etc/trinode/dehydrated.conf --accept-terms --no-lock --signcsr "$1/request.pem" \
    >"$1/answer.pem" 2>"$2" || return 1
  sed -n '/^-----BEGIN CERTIFICATE-----$/,/^-----END CERTIFICATE-----$/p' "$1/answer.pem" >"$1/fullchain.pem"
  rm -f "$1/answer.pem" "$1/request.pem"
  matching "$1" || {
    echo "the answer is no certificate for the request" >>"$2"
    return 1
  }
}
