#!/usr/bin/env bash
# trinode-logs: the logs of one role, each line with its file's name before it.
# Usage: trinode logs ROLE LINES [--follow]      LINES of each file; --follow goes on until standard input ends.
# Exit: 0; 1 there is no log; 64 usage.
# shellcheck source=lib/common.sh
. /usr/local/lib/trinode/lib/common.sh

main() {
  local role=${1:-} count=${2:-} files
  if [[ ! $role =~ ^(web|app|database)$ || ! $count =~ ^[0-9]+$ ]]; then
    echo "usage: trinode logs ROLE LINES [--follow]" >&2
    exit 64
  fi
  mapfile -t files < <("logs_$role")
  ((${#files[@]})) || die "there is no log of $role on this server yet"
  if [[ ${3:-} == --follow ]]; then follow; else tail -v -n "$count" "${files[@]}" | name_lines; fi
}

logs_web() { find /var/log/nginx -name '*.log' -size +0 | sort; }
logs_app() { find "/var/log/$(sed -n "s/^SITE='\(.*\)'/\1/p" /etc/trinode/app.conf)" -name '*.log' | sort; }
logs_database() { find /var/log/postgresql -name '*.log' -size +0 -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d ' ' -f 2-; }

# Whoever watches goes away by closing our standard input.
follow() {
  tail -v -n "$count" -F "${files[@]}" 2>/dev/null > >(name_lines) &
  cat >/dev/null
  kill "$!"
}

# tail's headers become names before lines.
name_lines() {
  local line name=""
  while IFS= read -r line; do
    if [[ $line == "==> "*" <==" ]]; then
      name=${line#==> }
      name=$(basename "${name% <==}")
    elif [[ -n $line ]]; then
      printf '%s: %s\n' "$name" "$line"
    fi
  done
}

main "$@"
