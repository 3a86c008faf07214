#!/usr/bin/env bash
# Builds FOLDER/rlm-cascade by its own profile: once so that it counts what it does, then, after a load of direct and drafted
# requests to simulated models, once more by what it counted. Usage: scripts/build_profiled.sh FOLDER     (JOBS: parallel compilers)
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$1
if ! c++ --version | grep -q 'Free Software Foundation'; then echo "a profiled build needs g++" >&2; exit 1; fi
rm -rf "$folder/profile"
scripts/build.sh bench "$folder" "rlm-cascade bench_programs" -DRLM_PROFILE=generate
echo "a load to learn from, half a minute"
bench/run.py --proxy "$folder/rlm-cascade" --programs "$folder/bin" --with '' --rounds 1 --seconds 2 --streams 300 \
  --workload json1k,json60k,sse,streams,translated --json "$folder/training.json" >"$folder/training.log" 2>&1
DEMO_SECONDS=10 "$folder/rlm-cascade" demo >>"$folder/training.log" 2>&1
scripts/build.sh bench "$folder" rlm-cascade -DRLM_PROFILE=use
