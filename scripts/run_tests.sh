#!/usr/bin/env bash
# Runs the test suites and sums them up; the last line is "N passed, N failed". Fails when anything failed.
# Usage: scripts/run_tests.sh [release|unsanitized|clients|asan|tsan|fuzz|tidy]...
# By default all but tsan. Where CI is set, of the release tests only those that sanitizers leave out (unsanitized): the
# others run in the suite asan, and clients drive the release program.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

suites=("$@")
[ $# -gt 0 ] || suites=("$([ -n "${CI:-}" ] && echo unsanitized || echo release)" clients asan fuzz tidy)
results=build/results
rm -rf "$results"
mkdir -p "$results"

# A suite writes "passed failed skipped" to $results/<suite>; one that ends without has failed as a whole.
# ctest_suite SUITE PRESET [TEST PROGRAM]...     (default: all)
ctest_suite() {
  local suite=$1 preset=$2 folder=build/$2 reports=$PWD/$results/$1.gtest
  shift 2
  scripts/build.sh "$preset" "$folder" "${*:-all}" -DRLM_BUILD_TESTS=ON || return
  local chosen=() programs=("$folder/bin")
  [ $# -eq 0 ] || { chosen=(--tests-regex "^($(IFS='|' && echo "$*"))\$"); programs=(); }
  mkdir -p "$reports"
  # Sanitizers are told to fail loudly; leaks at exit count as failures.
  GTEST_OUTPUT="json:$reports/" GTEST_BRIEF=1 \
    ASAN_OPTIONS="detect_leaks=1:strict_string_checks=1:${ASAN_OPTIONS:-}" \
    UBSAN_OPTIONS="print_stacktrace=1:${UBSAN_OPTIONS:-}" \
    TSAN_OPTIONS="halt_on_error=1:${TSAN_OPTIONS:-}" \
    ctest --test-dir "$folder" --output-on-failure --no-tests=error --parallel "$(nproc)" \
    --output-junit "$PWD/$results/$suite.xml" "${chosen[@]}" </dev/null
  scripts/count_results.py "$results/$suite.xml" "$reports" "${programs[@]}" >"$results/$suite"
}

# Other suites end with a line of their own: "N passed, N failed[, N skipped]".
counting_suite() {
  local name=$1
  shift
  "$@" </dev/null 2>&1 | tee "$results/$name.log"
  sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed\(, \([0-9]*\) skipped\)\{0,1\}$/\1 \2 \4/p' "$results/$name.log" |
    tail -1 | awk '{ print $1, $2, $3 + 0 }' >"$results/$name"
}

clients_suite() {
  if [ ! -x tests/clients/run.sh ]; then echo "0 0 0" >"$results/clients"; return; fi
  scripts/build.sh release build/release rlm-cascade && counting_suite clients tests/clients/run.sh build/release/rlm-cascade
}

total_passed=0 total_failed=0 total_skipped=0 summary=
for suite in "${suites[@]}"; do
  began=$SECONDS
  printf '\n=== %s\n' "$suite"
  case "$suite" in
    release | asan | tsan) ctest_suite "$suite" "$suite" ;;
    unsanitized) ctest_suite "$suite" release test_base test_respond ;;
    clients) clients_suite ;;
    fuzz) counting_suite fuzz scripts/fuzz.sh ;;
    tidy) counting_suite tidy scripts/tidy.sh ;;
    *) echo "unknown suite '$suite'" >&2 ;;
  esac
  read -r passed failed skipped < <(cat "$results/$suite" 2>/dev/null; echo)
  if [ -z "${passed:-}" ]; then passed=0 failed=1 skipped=0; fi
  total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
  summary+=$(printf '%-11s %5d passed, %3d failed, %3d skipped %5d s' "$suite" "$passed" "$failed" "$skipped" $((SECONDS - began)))$'\n'
done

printf '\n%s\n' "$summary"
[ "$total_skipped" -eq 0 ] || echo "$total_skipped skipped"
echo "$total_passed passed, $total_failed failed"
[ "$total_failed" -eq 0 ] && [ "$total_passed" -gt 0 ]
