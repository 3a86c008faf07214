#!/usr/bin/env bash
# Real clients against the proxy: tests/clients/run.sh BINARY [--write] [--verbose] [test files]
# Installs the clients from npm, starts simulated models and proxies on free ports, runs the tests, stops what it started.
# The last line is "N passed, N failed, N skipped". --write renews docs/conformance.md.
set -euo pipefail
binary=$(realpath "${1:?usage: run.sh BINARY [--write] [--verbose] [test files]}")
shift
cd "$(dirname "$0")"

# The native program of the agent is a package of its own, so no install script needs to run.
if ! cmp -s package-lock.json node_modules/.installed; then
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed
fi
exec node run.mjs "$binary" "$@"
