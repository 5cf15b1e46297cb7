#!/usr/bin/env bash
# Makes a Python environment that holds a client of the Model Context Protocol that is not ours, for
# Tests/PeerTests, and prints its interpreter.
#
#   .ci/mcp-venv.sh [FOLDER]        FOLDER is .build/mcp-venv under the package unless said otherwise
#
# Safe to run twice: an environment that is complete is left alone, and takes no time. Needs Python 3.10 or later with
# its venv module, on PATH or under ~/.pyenv/versions; without one it says so and exits 3. Everything that pip says goes
# to standard error.
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
venv=${1:-"$root/.build/mcp-venv"}
libraries="mcp==2.3.0 jsonschema==4.26.0"

find_python() {
  local candidate
  for candidate in "$(command -v python3 || true)" \
    "$HOME"/.pyenv/versions/3.1[0-9]*/bin/python3; do
    [ -x "$candidate" ] || continue
    "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || continue
    echo "$candidate"
    return 0
  done
  return 1
}

# An environment is complete if it was made with the same list.
if [ "$(cat "$venv/complete" 2>/dev/null)" = "$libraries" ] && [ -x "$venv/bin/python" ]; then
  echo "$venv/bin/python"
  exit 0
fi

if ! python=$(find_python); then
  echo "no Python 3.10 or later with its venv module, on PATH or under ~/.pyenv/versions" >&2
  exit 3
fi

{
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  "$python" -m venv "$venv"
  # shellcheck disable=SC2086
  "$venv/bin/python" -m pip --disable-pip-version-check --quiet install $libraries
  "$venv/bin/python" -c "import mcp.client.client, jsonschema"
  echo "$libraries" >"$venv/complete"
} >&2

echo "$venv/bin/python"
