#!/usr/bin/env bash
# trinode-setup-web: nginx of this image's release as the site's web server, answering by HTTPS at once: with the certificate
# that is here, or a self-signed one until there is another.
# Environment: SITE, PRIVATE_ADDRESS, NAMES (served and redirected, by spaces), PACKAGES (further ones, may be empty).
# Exit: 0 done; 1 failed, the configuration before is still live.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/host.sh
. /usr/local/lib/trinode/lib/host.sh
# shellcheck source=lib/tls.sh
. /usr/local/lib/trinode/lib/tls.sh
# shellcheck source=lib/nginx.sh
. /usr/local/lib/trinode/lib/nginx.sh
# shellcheck source=lib/web.sh
. /usr/local/lib/trinode/lib/web.sh

main() {
  local names packages
  # shellcheck disable=SC2153 # both are set, by the step
  read -ra names <<<"$NAMES"
  # shellcheck disable=SC2153
  read -ra packages <<<"$PACKAGES"
  prepare_host
  install_files
  install_nginx "${packages[@]}"
  mark_installed
  prepare_log
  install -d -m 755 /var/lib/trinode/acme/.well-known/acme-challenge
  have_certificate || self_signed "${names[@]}"
  take_over_units
  apply_web_configuration
  dossier_names deploy-web
  settled /etc/logrotate.d/trinode-web
  settle_host
}

# The directory is root's (nginx opens its logs as root), the log not the world's.
prepare_log() {
  install -d -m 755 -g adm "/var/log/nginx/$SITE"
  [[ -e /var/log/nginx/$SITE/access.log ]] || install -m 640 -o www-data -g adm /dev/null "/var/log/nginx/$SITE/access.log"
}

# The package's own first start would be with the distribution's example site on port 80: it is kept from it.
install_nginx() {
  [[ -e /lib/systemd/system/nginx.service ]] || systemctl mask --runtime --quiet nginx 2>/dev/null
  install_packages nginx openssl curl ca-certificates logrotate procps "$@"
  systemctl unmask --runtime --quiet nginx
}

take_over_units() {
  if changed /etc/systemd/system/nginx.service.d/trinode-web.conf /etc/systemd/system/logrotate.timer.d/; then
    systemctl daemon-reload
    systemctl try-restart logrotate.timer
    settled /etc/systemd/system/nginx.service.d/trinode-web.conf /etc/systemd/system/logrotate.timer.d/
  fi
}

main "$@"
