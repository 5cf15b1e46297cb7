#!/bin/sh
# Makes a Python environment that holds the real nanover-server, for Tests/PeerTests, and gRPC's own Python library, for
# Tests/GRPCTransportTests, and prints its interpreter.
#
#   .ci/peer-venv.sh [FOLDER]       FOLDER is .build/peer-venv under the package unless said otherwise
#
# Safe to run twice: an environment that is complete is left alone, and takes no time. Needs python3.12 or
# python3.13 with its venv module, on PATH or under ~/.pyenv/versions; without one it says so and exits 3.
# Everything that pip says goes to standard error.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
venv=${1:-"$root/.build/peer-venv"}

# The server's own dependencies hold a molecular-dynamics engine; what it takes to serve a state is this.
libraries="msgpack websockets numpy netifaces psutil pooch cryptography grpcio grpcio-tools"
check="import nanover.websocket, nanover.app, msgpack, websockets, numpy, netifaces, pooch, cryptography"
check="$check, grpc, grpc_tools.protoc"

version_for() {
  case $("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) in
    3.13) echo 0.1.3018 ;;
    3.12) echo 0.1.2965 ;;
  esac
}

find_python() {
  for candidate in \
    "$(command -v python3.13 || true)" "$(command -v python3.12 || true)" \
    "$HOME"/.pyenv/versions/3.13*/bin/python3 "$HOME"/.pyenv/versions/3.12*/bin/python3 \
    "$(command -v python3 || true)"; do
    [ -x "$candidate" ] || continue
    [ -n "$(version_for "$candidate")" ] || continue
    "$candidate" -c 'import venv, ensurepip' 2>/dev/null || continue
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
  echo "no python3.12 or python3.13 with its venv module, on PATH or under ~/.pyenv/versions" >&2
  exit 3
fi

{
  rm -rf "$venv"
  mkdir -p "$(dirname "$venv")"
  "$python" -m venv "$venv"
  pip="$venv/bin/python -m pip --disable-pip-version-check --quiet"
  # shellcheck disable=SC2086
  $pip install $libraries
  $pip install --no-deps "nanover-server==$(version_for "$python")"
  "$venv/bin/python" -c "$check"
  echo "$libraries" >"$venv/complete"
} >&2

echo "$venv/bin/python"
