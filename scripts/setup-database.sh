#!/usr/bin/env bash
# trinode-setup-database: PostgreSQL of this image's release, with trinode's configuration, its own certificate and the login
# that Pulumi uses.
# Environment: PUBLIC_ADDRESS, PRIVATE_ADDRESS, ADMIN_ROLE, ADMIN_PASSWORD, OWNER_ROLE.
# Output, in PEM: the certificate of this server's authority, by which clients verify the server; certificate and key of the
# provisioning login, without which it is not let in. Exit: 0 done.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/host.sh
. /usr/local/lib/trinode/lib/host.sh
# shellcheck source=lib/postgresql.sh
. /usr/local/lib/trinode/lib/postgresql.sh
# shellcheck source=lib/admitted.sh
. /usr/local/lib/trinode/lib/admitted.sh

readonly CA=/etc/trinode/postgresql-ca
readonly PROVISIONING=/etc/trinode/postgresql-provisioning

main() {
  # In nobody else's environment: not in that of packages' own scripts, nor of PostgreSQL's user.
  local password=$ADMIN_PASSWORD
  unset ADMIN_PASSWORD
  keep_name database.name "${OWNER_ROLE%_owner}"
  prepare_host
  # Where dumps arrive.
  install -d -m 700 /var/lib/trinode/incoming
  if ! id -u postgres >/dev/null 2>&1; then
    # The package takes an existing user; the files below belong to it.
    adduser --system --quiet --home /var/lib/postgresql --no-create-home --shell /bin/bash --group --gecos "PostgreSQL administrator" postgres
  fi
  keep_configuration
  bring_files
  install_packages postgresql openssl
  mark_installed
  settled /etc/postgresql-common/
  # Left by a step that was killed, with keys in them.
  rm -rf /etc/trinode/.certificate.??????
  make_authority
  make_server_certificate
  make_provisioning_certificate
  include_configuration
  apply_configuration
  ensure_roles "$password"
  settle_host
  cat "$CA.crt" "$PROVISIONING.crt" "$PROVISIONING.key"
}

# Whoever is let in for a time stays so: it may be he who runs this.
bring_files() {
  local admitted
  admitted_lock
  admitted=$(admitted_lines)
  install_files
  put_admitted "$admitted"
  exec 8>&-
}

# It outlives changes of address; what it signs does not.
make_authority() {
  [[ ! -s $CA.crt ]] || return 0
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 7300 -sha256 \
    -subj "/CN=trinode database $HOSTNAME" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$CA.key" -out "$CA.crt.new" 2>/dev/null
  chmod 600 "$CA.key"
  chmod 644 "$CA.crt.new"
  mv "$CA.crt.new" "$CA.crt"
}

# sign NAME EXTENSIONS DIRECTORY: a key and a certificate of the authority, as DIRECTORY/key and DIRECTORY/crt.
sign() {
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -sha256 -subj "/CN=$1" \
    -keyout "$3/key" -out "$3/request" 2>/dev/null
  openssl x509 -req -in "$3/request" -CA "$CA.crt" -CAkey "$CA.key" -CAcreateserial -days 7300 -sha256 \
    -extfile <(printf '%b\n' "$2") -out "$3/crt" 2>/dev/null
}

make_server_certificate() {
  local names="IP:127.0.0.1,IP:$PRIVATE_ADDRESS,IP:$PUBLIC_ADDRESS,DNS:localhost" new
  if [[ -s /etc/trinode/postgresql.crt && $(cat /etc/trinode/postgresql.names 2>/dev/null) == "$names" ]]; then
    return 0
  fi
  new=$(mktemp -d /etc/trinode/.certificate.XXXXXX)
  sign "$PRIVATE_ADDRESS" "subjectAltName=$names\nextendedKeyUsage=serverAuth" "$new"
  install -m 640 -o root -g postgres "$new/key" /etc/trinode/postgresql.key
  install -m 644 "$new/crt" /etc/trinode/postgresql.crt
  echo /etc/trinode/postgresql.crt >>"$CHANGED"
  echo "$names" >/etc/trinode/postgresql.names
  rm -rf "$new"
}

make_provisioning_certificate() {
  local new
  [[ ! -s $PROVISIONING.crt ]] || return 0
  new=$(mktemp -d /etc/trinode/.certificate.XXXXXX)
  sign "$ADMIN_ROLE" "extendedKeyUsage=clientAuth" "$new"
  install -m 600 "$new/key" "$PROVISIONING.key"
  install -m 600 "$new/crt" "$PROVISIONING.crt"
  rm -rf "$new"
}

# The provisioning login, and the role that owns the site's data. The first is a member of the second: it is no superuser, and
# grants on what the owner has would change nothing, without an error. (A member by hand of this script, not by the provider:
# since PostgreSQL 16 whoever makes a role is a member with an admin option that can't be granted again.)
# ensure_roles PASSWORD: it reaches psql on standard input, and no log: statements of this session are not logged, even when they fail
# or are slow. Nor are the login's own: by it, the provider sets passwords.
ensure_roles() {
  runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 <<SQL
SET client_min_messages = warning;
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
SET log_statement = none;
DO \$\$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$ADMIN_ROLE') THEN CREATE ROLE "$ADMIN_ROLE"; END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '$OWNER_ROLE') THEN CREATE ROLE "$OWNER_ROLE" NOLOGIN; END IF;
END \$\$;
ALTER ROLE "$ADMIN_ROLE" LOGIN CREATEDB CREATEROLE NOSUPERUSER PASSWORD '${1//\'/\'\'}';
ALTER ROLE "$ADMIN_ROLE" SET log_min_duration_statement = -1;
ALTER ROLE "$ADMIN_ROLE" SET log_min_error_statement = panic;
GRANT "$OWNER_ROLE" TO "$ADMIN_ROLE" WITH ADMIN OPTION;
SQL
}

main "$@"
