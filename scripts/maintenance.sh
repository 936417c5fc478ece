#!/usr/bin/env bash
# trinode-maintenance: visitors get a page that says so (503, Retry-After), or the site again. Operators always get the site, static
# files and media are there for everybody.
# Usage: trinode maintenance on|off
# Environment: TRINODE_BY (who, for the note).
# Exit: 0 it is so, and was seen; 1 it is not; 64 usage.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh
# shellcheck source=lib/maintenance.sh
. /usr/local/lib/trinode/lib/maintenance.sh

main() {
  case ${1:-} in
    on)
      install -d -m 755 "${MAINTENANCE%/*}"
      in_maintenance || note_maintenance
      closed || die "visitors do not get the maintenance page; is nginx running? See: trinode status-web"
      echo "maintenance is on, $(maintenance_note)"
      ;;
    off)
      rm -f "$MAINTENANCE"
      ! closed || die "visitors still get the maintenance page"
      echo "maintenance is off"
      ;;
    *)
      echo "usage: trinode maintenance on|off" >&2
      exit 64
      ;;
  esac
}

note_maintenance() {
  echo "since $(date -u +%FT%TZ) by ${TRINODE_BY:-root}" >"$MAINTENANCE.new"
  mv "$MAINTENANCE.new" "$MAINTENANCE"
}

# Asked here, as nobody that nginx would know for an operator. The page is told by its header, for a site can answer 503, too.
closed() {
  local name
  name=$(sed -n 's/^ *server_name \([^ ;]*\).*/\1/p' /etc/nginx/trinode/site.conf | head -n 1)
  curl --silent --insecure --output /dev/null --dump-header - --max-time 20 --noproxy '*' --resolve "$name:443:127.0.0.1" "https://$name/" |
    grep -i '^x-trinode-maintenance:' >/dev/null
}

main "$@"
