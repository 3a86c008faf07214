#!/usr/bin/env bash
# Builds the fuzz targets and runs each for FUZZ_SECONDS (10) from its corpus; ends with "N passed, N failed".
# Usage: scripts/fuzz.sh [target]...     Inputs that fail are kept in build/fuzz/findings, new seeds in build/fuzz/corpus.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

seconds=${FUZZ_SECONDS:-10}
scripts/build.sh asan build/asan fuzzers -DRLM_BUILD_TESTS=ON || { echo "the fuzz targets do not build" >&2; exit 1; }
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(find fuzz -maxdepth 1 -name '*_fuzz.cpp' -printf '%f\n' | sed 's/_fuzz\.cpp$//' | sort)

run_one() {
  local name=$1 log=build/fuzz/$1.log
  mkdir -p "build/fuzz/corpus/$name" build/fuzz/findings
  local seeds=()
  [ ! -d "fuzz/corpus/$name" ] || seeds=("fuzz/corpus/$name")
  [ ! -e "fuzz/$name.dict" ] || seeds+=("-dict=fuzz/$name.dict")
  if "build/asan/bin/fuzz_$name" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="build/fuzz/findings/$name-" "build/fuzz/corpus/$name" "${seeds[@]}" >"$log" 2>&1 </dev/null
  then
    echo "ok     $name: $(sed -n 's/^stat::number_of_executed_units: //p' "$log") runs"
  else
    echo "FAILED $name: $log"
    tail -40 "$log"
  fi
}
export -f run_one
export seconds

report=$(printf '%s\n' "${targets[@]}" | xargs -P "$(nproc)" -I{} bash -c 'run_one {}')
echo "$report"
failed=$(grep -c '^FAILED ' <<<"$report")
echo "$(grep -c '^ok ' <<<"$report") passed, $failed failed"
[ "$failed" -eq 0 ]
