# shellcheck shell=bash disable=SC2034,SC2153
# Where copies of this server are, and how they are reached. Sourced after common.sh.

readonly BACKUPS=/var/backups/trinode OFFSITE_FILE=/etc/trinode/backup-offsite.env
readonly BACKUP_LOG=$BACKUPS/logs/backup.log DRILLS=/var/lib/trinode/backups/drills

# SITE, PARTS, DATABASE, MEDIA, KEEP_…: written by setup-backups.
backup_settings() {
  [[ -r /etc/trinode/backup.env ]] || die "this server is not set up for backups (no /etc/trinode/backup.env). Finish it: pulumi up"
  # shellcheck source=/dev/null
  . /etc/trinode/backup.env
  # Other users' programs can't start where root happens to be.
  cd /
}

# behind_the_site WORD…: this script with these words. Whoever asks, it runs with the limits of the timer's unit, and goes on when a
# connection is lost.
behind_the_site() {
  [[ ! $(</proc/self/cgroup) == *trinode-backup* ]] || return 0
  exec systemd-run --quiet --collect --pipe --wait --slice=trinode-backup.slice -p Nice=15 -p IOSchedulingClass=idle \
    -E TRINODE_BY="${TRINODE_BY:-}" "$0" "$@"
}

# backup_lock PART…: one piece of work on each at a time. The locks go with the process and its children, however they end.
backup_lock() {
  local part lock
  for part in "$@"; do
    exec {lock}>"/run/trinode-backup-$part.lock"
    flock -n "$lock" || {
      say "trinode: another backup or restore of the $part is at work on this host"
      exit 75
    }
  done
}

# attempt COMMAND…: in a shell of its own, which its first failure ends; what it came to is in ATTEMPT. (As a condition, or left of ||,
# bash would let it go on behind a failure.)
attempt() {
  set +e
  (
    set -e
    "$@"
  )
  ATTEMPT=$?
  set -e
}

# places: where copies go, `local` and, where a bucket is configured, `offsite`.
places() {
  echo local
  [[ ! -e $OFFSITE_FILE ]] || echo offsite
}

# in_repository PLACE PART WORD…: restic in that repository. Keys are in its own environment alone.
in_repository() (
  export RESTIC_CACHE_DIR=/var/cache/trinode-restic GOMAXPROCS=1 GOMEMLIMIT=200MiB GOGC=50
  case $1 in
    local)
      export RESTIC_REPOSITORY=$BACKUPS/$2 RESTIC_PASSWORD_FILE=/etc/trinode/backup-local.key
      ;;
    offsite)
      # shellcheck source=/dev/null
      . "$OFFSITE_FILE"
      export RESTIC_REPOSITORY=s3:$OFFSITE_ENDPOINT/$OFFSITE_BUCKET/$OFFSITE_PREFIX/$2 RESTIC_PASSWORD_FILE=/etc/trinode/backup.key
      export AWS_ACCESS_KEY_ID=$OFFSITE_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$OFFSITE_SECRET_KEY AWS_DEFAULT_REGION=$OFFSITE_REGION
      ;;
  esac
  shift 2
  exec restic --quiet "$@"
)

# snapshots PLACE PART: JSON; `[]` where there is no repository yet. Takes no lock: it looks while others work, and with a key that may only read.
snapshots() {
  if [[ $1 == local && ! -e $BACKUPS/$2/config ]]; then
    echo "[]"
  else
    in_repository "$1" "$2" snapshots --no-lock --json
  fi
}

# find_copy PART ID PLACE|any: place, snapshot and proof (or -) of the copy, the nearest place first.
find_copy() {
  local place found
  for place in $(places); do
    [[ $3 == any || $place == "$3" ]] || continue
    found=$(snapshots "$place" "$1" | "$PYTHON/backup_list.py" find "$2") || continue
    echo "$place $found"
    return 0
  done
  die "there is no copy of the $1 in backup $2 that can be reached ($3). See: trinode backups"
}

# newest_copy PART: place, id, snapshot and proof of the newest copy that was read back; one off the server, where there is a bucket.
newest_copy() {
  local place found
  place=$(places | tail -n 1)
  found=$(snapshots "$place" "$1" | "$PYTHON/backup_list.py" newest) || return 1
  echo "$place $found"
}

# free_mb DIRECTORY
free_mb() { df --output=avail -m "$1" | tail -n 1 | tr -d ' '; }

# As the server's own administrator: a copy must have everything, whoever owns it.
as_postgres() { runuser -u postgres -- "$@"; }

# database_facts: SQL that says what is in a database, as one line of JSON; made in the snapshot that is dumped, and compared with what comes back.
database_facts() { grep -v '^ *--' /usr/local/lib/trinode/sql/database-facts.sql; }

# log TEXT: for whoever watches, and for logs/backup.log.
log() {
  say "$*"
  printf '%s %s\n' "$(date -u +%FT%TZ)" "$*" >>"$BACKUP_LOG"
}
