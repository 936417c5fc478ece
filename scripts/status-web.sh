#!/usr/bin/env bash
# trinode-status-web: how the web server is: nginx, its certificate, maintenance, and whether the application is reached.
# Exit: 0 all is well, 1 something is not.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/files.sh
. /usr/local/lib/trinode/lib/files.sh
# shellcheck source=lib/tls.sh
. /usr/local/lib/trinode/lib/tls.sh
# shellcheck source=lib/status.sh
. /usr/local/lib/trinode/lib/status.sh
# shellcheck source=lib/maintenance.sh
. /usr/local/lib/trinode/lib/maintenance.sh
readonly ROLE=web

main() {
  service nginx nginx "$(version_of nginx)" "See what is wrong: nginx -t, then: systemctl restart nginx"
  judge configuration "$(nginx -t 2>&1 | tail -n 1 | sed 's/^nginx: //')" "Bring it back: pulumi up" nginx -t
  tell_certificate
  tell_maintenance
  tell_upstreams
  tell_errors
  return "$UNWELL"
}

tell_certificate() {
  local issuer left text
  if ! have_certificate; then
    unwell certificate "there is none" "Get it: trinode certificate-ensure"
    return 0
  fi
  issuer=$(openssl x509 -in "$TLS/live/fullchain.pem" -noout -issuer -nameopt sep_comma_plus_space,sname | sed 's/^issuer=//')
  left=$(($(epoch_of enddate) - $(date +%s)))
  text="for $(live_names | paste -sd ' '), by $issuer, $(span "$left") left"
  # Renewed by itself when a third is left.
  if less_left_than 6; then
    unwell certificate "$text" "It should have been renewed; ask why: trinode certificate-ensure"
  elif [[ $(live_origin) == selfsigned && $(wanted_mode) == letsencrypt ]]; then
    unwell certificate "$text (self-signed: the names do not point here yet)" "Set the records: pulumi stack output dnsRecords"
  else
    well certificate "$text"
  fi
}

wanted_mode() { sed -n "s/^MODE='\(.*\)'/\1/p" /etc/trinode/tls.env; }

# span SECONDS: as people say it.
span() {
  if (($1 >= 172800)); then echo "$(($1 / 86400)) days"; elif (($1 >= 7200)); then echo "$(($1 / 3600)) hours"; else echo "$(($1 / 60)) minutes"; fi
}

tell_maintenance() {
  if in_maintenance; then
    unwell maintenance "on, $(maintenance_note): visitors get a page that says so" "End it: ./site maintenance off"
  else
    fact maintenance off
  fi
}

# Each application server, as visitors would be sent there.
tell_upstreams() {
  local address
  # shellcheck source=/dev/null
  [[ ! -r /etc/trinode/site-health.env ]] || . /etc/trinode/site-health.env
  [[ -n ${HEALTH_URL:-} ]] || return 0
  while IFS= read -r address; do
    tell_upstream "$address"
  done < <(sed -n '/^upstream trinode_app /,/^}/s/^ *server \([^ ;]*\).*/\1/p' /etc/nginx/trinode/http.conf)
}

tell_upstream() {
  local status time path=/${HEALTH_URL#https://*/}
  read -r status time < <(curl --silent --output /dev/null --max-time 15 --noproxy '*' --write-out '%{http_code} %{time_total}\n' \
    --header "Host: $HEALTH_HOST" --header "X-Forwarded-Proto: https" "http://$1$path") || true
  judge application "$1 answers ${status/000/nothing}${time:+ after ${time%???} s}" "See ./site status of app, and ./site logs app" \
    test "$status" = "$HEALTH_STATUS"
}

# Of the newest requests; what the application answers itself is among them.
tell_errors() {
  local log count
  for log in /var/log/nginx/*/access.log; do
    [[ -s $log ]] || continue
    count=$(tail -n 1000 "$log" | awk '{ split($0, part, "\""); split(part[3], field, " "); if (field[1] >= 500) n++ } END { print n + 0 "/" NR }')
    fact errors "${count%/*} of the last ${count#*/} requests were answered with 5xx"
  done
}

main "$@"
