#!/usr/bin/env bash
# fingerprints: what files of a server are, for ./site drift to compare with what was put there. It is sent along with the question, so that
# no script of the server's has a say in it.
# usage: fingerprints.sh FILE… -- DIRECTORY…    every file, and every file below a directory
# Output: PATH <tab> MODE <tab> USER <tab> GROUP <tab> SHA256 a line; a file that is not there has no line. Exit: 0.
set -euo pipefail
export LC_ALL=C

main() {
  local files=()
  while (($# > 0)) && [[ $1 != -- ]]; do
    files+=("$1")
    shift
  done
  if (($# > 0)); then shift; fi
  for file in "${files[@]}"; do
    fingerprint "$file"
  done
  for directory in "$@"; do
    [[ -d $directory/ ]] || continue
    while IFS= read -r -d '' file; do
      fingerprint "$file"
    done < <(find "$directory/" \( -type f -o -type l \) -print0)
  done
}

fingerprint() {
  local sum
  if [[ -L $1 && ! -f $1 ]]; then
    printf '%s\t\t\t\tlink\n' "$1"
  elif [[ -f $1 ]]; then
    # Who is let in for a time (./site admit) is no difference.
    sum=$(sed '/# admitted [a-z0-9]* until [0-9]*$/d' "$1" | sha256sum)
    printf '%s\t%s\t%s\n' "$1" "$(stat -L -c '%a'$'\t''%U'$'\t''%G' "$1")" "${sum%% *}"
  fi
}

main "$@"
