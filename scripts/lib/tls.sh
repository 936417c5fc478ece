# shellcheck shell=bash
# The site's certificate on disk. Sourced after common.sh, files.sh.
#
#   /etc/trinode/tls/live -> <id>/{fullchain.pem,key.pem,origin}
#
# A certificate and its key change together, by the one link. `origin` says where it came from: selfsigned, provided, or
# the URL of the ACME directory.

readonly TLS=/etc/trinode/tls
# dehydrated's: accounts at authorities.
readonly ACME_HOME=/var/lib/trinode/dehydrated

# self_signed NAME…: makes a certificate for these names live. Prepared beside, like any other.
self_signed() {
  local next names
  next=$(new_certificate selfsigned)
  names=$(printf ',DNS:%s' "$@")
  # A common name holds 64 characters only, so it says what this is; the names are where clients look for them.
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -days 397 -subj "/CN=self-signed" \
    -addext "subjectAltName=${names#,}" -addext "extendedKeyUsage=serverAuth" -addext "basicConstraints=critical,CA:FALSE" \
    -keyout "$next/key.pem" -out "$next/fullchain.pem" 2>/dev/null
  make_live "$next"
}

# export_seed: the certificate with its key, and the account at the authority, for the machine that takes this one's place.
# SECRET: whoever has it can pretend to be the site. Prints base64 of a gzipped tar.
export_seed() {
  install -d -m 700 "$ACME_HOME/accounts"
  tar -cz -C "$TLS" --transform "s|^$(readlink "$TLS/live")|live|" "$(readlink "$TLS/live")" -C "$ACME_HOME" accounts | base64 -w 0
}

# restore_seed SEED: makes live what export_seed printed on the machine that was here before.
# Fails when there is none, or it is of no use any more.
restore_seed() {
  local from next
  [[ -n $1 ]] || return 1
  from=$(mktemp -d /run/trinode-seed.XXXXXX)
  next=$(new_certificate "")
  if ! base64 -d <<<"$1" | tar -xz --no-same-owner -C "$from" || ! cp "$from"/live/{fullchain.pem,key.pem,origin} "$next/" ||
    ! matching "$next" || ! openssl x509 -in "$next/fullchain.pem" -noout -checkend 0 >/dev/null; then
    rm -rf "$from" "$next"
    say "the certificate of the machine before is of no use any more"
    return 1
  fi
  if cmp -s "$next/fullchain.pem" "$TLS/live/fullchain.pem"; then
    rm -rf "$from" "$next"
    return 0
  fi
  install -d -m 700 "$ACME_HOME"
  cp -r "$from/accounts" "$ACME_HOME/"
  rm -rf "$from"
  make_live "$next"
  say "starting with the certificate of the machine before: $(live_names | paste -sd ' ')"
}

# new_certificate ORIGIN: prints a new directory for a certificate.
new_certificate() {
  local next
  install -d -m 700 "$TLS"
  next=$(mktemp -d "$TLS/$(date -u +%Y%m%dT%H%M%SZ).XXXXXX")
  echo "$1" >"$next/origin"
  echo "$next"
}

# make_live DIRECTORY: checked, linked; what was live before is kept for one change more. nginx is told by the caller.
make_live() {
  local next=$1 before
  chmod 600 "$next/key.pem"
  matching "$next" || die "certificate and key in $next do not belong together"
  before=$(readlink "$TLS/live" || true)
  echo "$TLS/live" >>"$CHANGED"
  ln -sfn "${next##*/}" "$TLS/live.new"
  mv -fT "$TLS/live.new" "$TLS/live"
  find "$TLS" -mindepth 1 -maxdepth 1 -type d ! -name "${next##*/}" ! -name "${before:-none}" -exec rm -rf {} +
}

matching() {
  local public
  public=$(openssl x509 -in "$1/fullchain.pem" -noout -pubkey 2>/dev/null) || return 1
  [[ -n $public && $public == "$(openssl pkey -in "$1/key.pem" -pubout 2>/dev/null)" ]]
}

have_certificate() { [[ -s $TLS/live/fullchain.pem && -s $TLS/live/key.pem ]]; }

# Names that the live certificate is for, one a line, sorted.
live_names() {
  openssl x509 -in "$TLS/live/fullchain.pem" -noout -ext subjectAltName | grep -o 'DNS:[^,[:space:]]*' | sed 's/^DNS://' | sort -u
}

live_origin() { cat "$TLS/live/origin"; }

# epoch_of startdate|enddate: of the live certificate, in seconds.
epoch_of() { date -u -d "$(openssl x509 -in "$TLS/live/fullchain.pem" -noout "-$1" | cut -d= -f2)" +%s; }

# less_left_than DIVISOR: whether less than 1/DIVISOR of the live certificate's lifetime is left.
less_left_than() {
  local from until
  from=$(epoch_of startdate)
  until=$(epoch_of enddate)
  ((until - $(date +%s) < (until - from) / $1))
}

# One line of JSON about the live certificate.
describe_live() {
  local names
  names=$(live_names | sed 's/.*/"&"/' | paste -sd ,)
  printf '{"origin":"%s","names":[%s],"notAfter":"%s"}\n' "$(live_origin)" "$names" "$(date -u -d "@$(epoch_of enddate)" +%Y-%m-%dT%H:%M:%SZ)"
}
