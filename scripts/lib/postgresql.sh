# shellcheck shell=bash
# PostgreSQL's configuration. Sourced by setup-database, after common.sh and files.sh.

readonly CONFIGURATION=(/etc/trinode/postgresql.conf /etc/trinode/pg_hba.conf)
# The configuration that it last ran with.
readonly FORMER=/var/lib/trinode/postgresql

ask() { runuser -u postgres -- psql -XAtq -v ON_ERROR_STOP=1 -c "$1"; }

# keep_configuration: before another one takes its place. One that was not applied to its end is not worth keeping.
keep_configuration() {
  [[ -e ${CONFIGURATION[0]} && -e ${CONFIGURATION[1]} ]] || return 0
  ! changed "${CONFIGURATION[@]}" || return 0
  rm -rf "$FORMER.new"
  install -d -m 700 "$FORMER.new"
  cp -p "${CONFIGURATION[@]}" "$FORMER.new"
  rm -rf "$FORMER"
  mv -T "$FORMER.new" "$FORMER"
}

# The distribution keeps its configuration per release; ours is one line there.
include_configuration() {
  local directory
  directory=$(cluster_directory)
  if [[ ! -e $directory/conf.d/trinode.conf ]]; then
    echo "include '/etc/trinode/postgresql.conf'" >"$directory/conf.d/trinode.conf"
    chown root:postgres "$directory/conf.d/trinode.conf"
    echo /etc/trinode/postgresql.conf >>"$CHANGED"
  fi
}

# (Debian's pg_lsclusters reads the configuration, and has no answer while there is a mistake in it.)
cluster_directory() {
  find /etc/postgresql -mindepth 2 -maxdepth 2 -type d 2>/dev/null | sort -rV | grep -m 1 . || die "no PostgreSQL cluster was made"
}

# apply_configuration: what PostgreSQL does not take is taken back, so that it goes on, and starts when the machine does.
apply_configuration() {
  local refused
  enable_service postgresql
  changed /etc/trinode/pg_hba.conf /etc/trinode/postgresql || return 0
  refused=$(try_configuration)
  if [[ -n $refused ]]; then
    put_back
    die "PostgreSQL does not take its new configuration: $refused. It goes on with the former one, if there was one; see /var/log/postgresql"
  fi
  settled /etc/trinode/pg_hba.conf /etc/trinode/postgresql
}

# A reload where it is enough; a restart only for what PostgreSQL reads at its start. Prints what it refuses.
try_configuration() {
  local refused
  systemctl reload postgresql
  sleep 0.2
  refused=$(refusals) || refused="it can't be asked (see above)"
  if [[ -z $refused && $(ask "SELECT count(*) FROM pg_settings WHERE pending_restart") != 0 ]]; then
    say "restarting PostgreSQL"
    systemctl restart postgresql
    answers || refused="it does not start"
  fi
  echo "$refused"
}

# What is only waiting for a restart is not refused.
refusals() {
  ask "SELECT string_agg(format('%s:%s: %s', file, line, why), '; ') FROM (
    SELECT sourcefile AS file, sourceline AS line, error AS why FROM pg_file_settings f WHERE error IS NOT NULL
      AND NOT EXISTS (SELECT FROM pg_settings s WHERE s.name = f.name AND s.pending_restart)
    UNION ALL SELECT '/etc/trinode/pg_hba.conf', line_number, error FROM pg_hba_file_rules WHERE error IS NOT NULL) refused"
}

# Told to PostgreSQL with the next reload, should this be cut off.
put_back() {
  local path
  [[ -d $FORMER ]] || return 0
  for path in "${CONFIGURATION[@]}"; do
    cp -p "$FORMER/${path##*/}" "$path.trinode-new"
    mv -fT "$path.trinode-new" "$path"
  done
  if running; then systemctl reload postgresql; else systemctl restart postgresql; fi
  if answers; then
    settled "${CONFIGURATION[@]}"
  else
    say "trinode: PostgreSQL does not start with its former configuration either"
  fi
}

running() { pgrep -u postgres -x postgres >/dev/null; }

# answers: within a minute, as long as it is at work. (systemd takes a failed start of a cluster for a good one.)
answers() {
  local try
  for try in {1..60}; do
    if ask "SELECT 1" >/dev/null 2>&1; then return 0; fi
    running || return 1
    ((try == 60)) || sleep 1
  done
  return 1
}
