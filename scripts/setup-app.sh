#!/usr/bin/env bash
# trinode-setup-app: everything of an application server that depends on no release and no database: packages, the site's
# users and directories, uv, supervisor, nginx for static files and media, log rotation.
# Environment: SITE, APP_USER (its unix user; the group has the site's name), MEDIA_DIRECTORY, STATIC_DIRECTORY (absolute ones
# outside the release, or empty), PRIVATE_ADDRESS, PRIVATE_PREFIX. Exit: 0 done.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/host.sh
. /usr/local/lib/trinode/lib/host.sh
# shellcheck source=lib/redis.sh
. /usr/local/lib/trinode/lib/redis.sh
# shellcheck source=lib/nginx.sh
. /usr/local/lib/trinode/lib/nginx.sh
# shellcheck source=lib/app.sh
. /usr/local/lib/trinode/lib/app.sh
# shellcheck source=lib/user.sh
. /usr/local/lib/trinode/lib/user.sh

readonly TOP=/srv/$SITE

main() {
  keep_name site "$SITE"
  prepare_host
  make_users
  make_directories
  install_files
  install_role_packages
  install_uv
  mark_installed
  apply_units
  apply_nginx
  apply_redis
  dossier_names change-variable change-user deploy-apply
  settled /etc/trinode/app.conf /etc/trinode/reaches /etc/trinode/uv.txt /etc/logrotate.d/trinode-app
  settle_host
}

# The site's own user reads its releases and can't change them; another one, which knows none of its secrets, makes them. The first
# gets another name when a release goes live.
make_users() {
  check_user "$(wanted_user)"
  getent group "$SITE" >/dev/null || groupadd --system "$SITE"
  [[ -n $(site_user) ]] ||
    useradd --system --gid "$SITE" --home-dir "$TOP/shared/home" --no-create-home --shell /usr/sbin/nologin "$(wanted_user)"
  id -u "$SITE-build" >/dev/null 2>&1 ||
    useradd --system --user-group --home-dir "/srv/$SITE/cache" --no-create-home --shell /usr/sbin/nologin "$SITE-build"
}

make_directories() {
  local outside user
  user=$(site_user)
  install -d -m 755 "$TOP" "$TOP/releases" "$TOP/shared"
  install -d -m 700 -o "$user" -g "$SITE" "$TOP/shared/home"
  install -d -m 755 -o "$user" -g "$SITE" "$TOP/shared/media"
  install -d -m 700 -o "$SITE-build" -g "$SITE-build" "$TOP/cache"
  install -d -m 750 -o root -g "$SITE" "/var/log/$SITE"
  install -d -m 700 /var/lib/trinode/incoming /var/lib/trinode/releases
  for outside in "$MEDIA_DIRECTORY" "$STATIC_DIRECTORY"; do
    [[ -z $outside || -d $outside ]] || install -d -m 755 -o "$user" -g "$SITE" "$outside"
  done
}

readonly POLICY=/usr/sbin/policy-rc.d UNITS=/lib/systemd/system

# The packages' own first start would be with Debian's example site on port 80: Debian's way to keep them from it. Services
# that run already, of another role, are told by theirs.
install_role_packages() {
  allow_starts
  local packages=(python3 python3-pip-whl supervisor nginx libpq5 postgresql-client logrotate)
  if wants_redis; then packages+=(redis-server); fi
  if [[ ! -e $POLICY && ! (-e $UNITS/nginx.service && -e $UNITS/supervisor.service) ]]; then
    trap allow_starts EXIT
    install -m 755 /dev/stdin "$POLICY" <<<$'#!/bin/sh\n# Written by trinode for as long as it installs packages.\nexit 101'
  fi
  install_packages "${packages[@]}"
  allow_starts
}

# Also what an interrupted run has left.
allow_starts() {
  if grep -qs "Written by trinode" "$POLICY"; then rm -f "$POLICY"; fi
}

# Pip's wheel installs it without a pip on the host; only what has the recorded hash.
install_uv() {
  local wanted pip
  wanted=/opt/trinode/uv-$(sha256sum </etc/trinode/uv.txt | cut -c 1-12)
  if [[ ! -x $wanted/bin/uv ]]; then
    say "installing uv"
    pip=$(printf '%s\n' /usr/share/python-wheels/pip-*.whl | tail -n 1)
    rm -rf "$wanted.part"
    install -d -m 755 "$wanted.part"
    python3 "$pip/pip" install --quiet --disable-pip-version-check --no-input --root-user-action ignore --no-cache-dir \
      --no-compile --no-deps --only-binary :all: --require-hashes --target "$wanted.part" -r /etc/trinode/uv.txt >&2
    mv -T "$wanted.part" "$wanted"
  fi
  ln -sfn "$wanted" /opt/trinode/uv
}

apply_units() {
  if changed /etc/tmpfiles.d/trinode-app.conf; then
    systemd-tmpfiles --create /etc/tmpfiles.d/trinode-app.conf
    settled /etc/tmpfiles.d/trinode-app.conf
  fi
  local units=(/etc/systemd/system/supervisor.service.d/ /etc/systemd/system/nginx.service.d/trinode-app.conf)
  if changed "${units[@]}"; then
    systemctl daemon-reload
    settled "${units[@]}"
  fi
  enable_service supervisor
}

apply_nginx() {
  if [[ -L /etc/nginx/sites-enabled/default ]]; then
    rm -f /etc/nginx/sites-enabled/default
    echo /etc/nginx/conf.d/trinode-app.conf >>"$CHANGED"
  fi
  enable_service nginx
  if changed /etc/nginx/conf.d/trinode-app.conf; then
    nginx -t -q
    # All on one Linode: it has the visitors, too.
    reload_gently
    settled /etc/nginx/conf.d/trinode-app.conf
  fi
}

main "$@"
