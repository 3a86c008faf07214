#!/usr/bin/env bash
# Real clients against the proxy: tests/clients/run.sh BINARY [--write] [--verbose] [test files]
# Installs the clients from npm, starts simulated models and proxies on free ports, runs the tests, stops what it started.
# Without BINARY it runs against the gateway at $BASE_URL (README.md). --write renews docs/conformance.md.
# The last line is "N passed, N failed, N skipped".
set -euo pipefail
binary=()
if [ $# -gt 0 ] && [ -x "$1" ]; then
  binary=("$(realpath "$1")")
  shift
elif [ -z "${BASE_URL:-}" ]; then
  echo "usage: run.sh BINARY [--write] [--verbose] [test files], or BASE_URL=http://... run.sh [test files]" >&2
  exit 2
fi
cd "$(dirname "$0")"

# The native programs of agents are packages of their own, so no install script needs to run.
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi
exec node run.mjs "${binary[@]}" "$@"
