#!/usr/bin/env bash
# check.sh: lint, format and tests of the example site, in a virtual environment of its own.
# Environment: VENV (default .venv beside this script; made if missing). Exit: 0 all well, else the first failure's.
set -euo pipefail

readonly RUFF=ruff==0.17.6

main() {
  cd "$(dirname "${BASH_SOURCE[0]}")"
  local venv=${VENV:-$PWD/.venv}
  if [[ ! -x $venv/bin/python ]]; then
    python3 -m venv "$venv"
  fi
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r site/requirements.txt "$RUFF"
  "$venv/bin/ruff" check .
  "$venv/bin/ruff" format --check .
  cd site
  "$venv/bin/python" manage.py makemigrations --check --dry-run
  "$venv/bin/python" manage.py test orders
}
main "$@"
