# shellcheck shell=bash
# nginx's configuration: tested beside, then put in place, then reloaded; never a restart. Sourced after common.sh, files.sh, tls.sh, nginx.sh.
#
#   /etc/trinode/web/          wanted, as the last step brought it
#   /etc/nginx/trinode-<hash>/ put together for this machine; /etc/nginx/trinode is a link to the one that is live

readonly WANTED=/etc/trinode/web

# apply_web_configuration: makes the wanted configuration live, or leaves the old one live and fails.
apply_web_configuration() {
  local generation
  remove_left_over
  if ! changed "$WANTED/" && is_intact; then
    enable_service nginx
    if changed "$TLS/live"; then reload_nginx; fi
    return 0
  fi
  generation=$(assemble_site)
  test_site "$generation"
  rm -f /etc/nginx/sites-enabled/default
  ln -sfn "${generation##*/}" /etc/nginx/trinode.new
  mv -fT /etc/nginx/trinode.new /etc/nginx/trinode
  install -m 644 "$WANTED/nginx.conf" /etc/nginx/nginx.conf.new
  mv -f /etc/nginx/nginx.conf.new /etc/nginx/nginx.conf
  reload_nginx
  settled "$WANTED/"
  find /etc/nginx -maxdepth 1 -name 'trinode-*' ! -name "${generation##*/}" -exec rm -rf {} +
}

# What is wanted is what the bundle brought; a file that it has no longer goes.
remove_left_over() {
  local path
  [[ -n ${TRINODE_BUNDLE:-} ]] || return 0
  while IFS= read -r path; do
    if cut -f 5 "$TRINODE_BUNDLE/manifest" | grep -qxF -- "$path"; then continue; fi
    echo "$path" >>"$CHANGED"
    rm -f "$path"
  done < <(find "$WANTED" -type f)
}

# Prints the directory: named by its content, so that the same content is the same directory.
assemble_site() {
  local part=/etc/nginx/trinode-part name
  rm -rf "$part"
  cp -r "$WANTED/site" "$part"
  cp "$part/platform/https-$(spelling "$(nginx_version)" 1.25.1 1.22 1.25).conf" "$part/https.conf"
  cp "$part/platform/groups-$(spelling "$(openssl_version)" 3.5 3.0 3.5).conf" "$part/groups.conf"
  rm -r "$part/platform"
  name=/etc/nginx/trinode-$(content_of "$part")
  rm -rf "$name.old"
  [[ ! -e $name ]] || mv -T "$name" "$name.old"
  mv -T "$part" "$name"
  rm -rf "$name.old"
  echo "$name"
}

# Whether what is live is what was put together: nobody has changed it by hand.
is_intact() {
  [[ -d /etc/nginx/trinode/ ]] && cmp -s "$WANTED/nginx.conf" /etc/nginx/nginx.conf &&
    [[ $(readlink /etc/nginx/trinode) == trinode-$(content_of /etc/nginx/trinode/) ]]
}

# content_of DIRECTORY: a name for all that is in it.
content_of() (cd "$1" && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum | cut -c 1-16)

# spelling VERSION SINCE OLD NEW: which one this version understands.
spelling() {
  if dpkg --compare-versions "$1" ge "$2"; then echo "$4"; else echo "$3"; fi
}

nginx_version() { nginx -v 2>&1 | sed -n 's|.*nginx/\([0-9.]*\).*|\1|p'; }
openssl_version() { dpkg-query -W -f='${Version}\n' libssl3 libssl3t64 2>/dev/null | grep -m 1 .; }

# test_site GENERATION: what nginx would read, with this generation in the place of the live one.
test_site() {
  local beside entry log
  beside=$(mktemp -d /run/trinode-nginx.XXXXXX)
  for entry in /etc/nginx/*; do
    ln -s "$entry" "$beside/"
  done
  rm -f "$beside/nginx.conf" "$beside/trinode"
  cp "$WANTED/nginx.conf" "$beside/nginx.conf"
  ln -s "$1" "$beside/trinode"
  if ! log=$(nginx -t -q -c "$beside/nginx.conf" 2>&1); then
    say "${log//"$beside"//etc/nginx}"
    rm -rf "$beside" "$1"
    die "nginx refuses the new configuration; the one before stays live"
  fi
  [[ -z $log ]] || say "${log//"$beside"//etc/nginx}"
  rm -rf "$beside"
}

# reload_nginx: takes over what is on disk. nginx itself keeps what it had when that can't be done: seen by its workers,
# of which there must be new ones.
reload_nginx() {
  local before try
  nginx -t -q || die "nginx refuses the configuration in /etc/nginx"
  if ! systemctl is-active --quiet nginx; then
    enable_service nginx
    settled "$TLS/live"
    return 0
  fi
  before=$(newest_worker)
  reload_gently
  for try in {1..100}; do
    if [[ $(newest_worker) != "$before" ]]; then
      settled "$TLS/live"
      return 0
    fi
    sleep 0.05
  done
  tail -n 3 /var/log/nginx/error.log >&2
  die "nginx did not take over the configuration within $((try / 20)) s"
}

newest_worker() { pgrep -n -P "$(</run/nginx.pid)" || true; }
