#!/usr/bin/env bash
# Runs clang-tidy's short list of errors (.clang-tidy); ends with "N passed, N failed", counted by file.
# Usage: scripts/tidy.sh [all | folder of src/]...
# By default the pure folders and net, without their tests: about 80 s on two cores. Named folders are read with tests.
set -uo pipefail
cd "$(dirname "$0")/.." || exit

tool=$(command -v clang-tidy-19 || command -v clang-tidy) || { echo "tidy: clang-tidy is not installed" >&2; exit 1; }
folders=("$@") left_out='_bench\.cpp$'
[ $# -gt 0 ] || left_out='_(bench|test)\.cpp$'
[ $# -gt 0 ] || mapfile -t folders < <(awk '$1 !~ /^#/ && ($3 == "pure" || $1 == "net") { print $1 }' src/LAYERS)
[ "${folders[*]}" != all ] || mapfile -t folders < <(awk 'NF && $1 !~ /^#/ { print $1 }' src/LAYERS)

# Only the compile commands are needed; an existing build's are as good.
database=build/release
[ -e $database/compile_commands.json ] || scripts/build.sh release $database help >/dev/null || exit 1

check() {
  if output=$("$tool" --quiet -p "$database" --extra-arg=-Wno-unknown-warning-option \
    --extra-arg=-Wno-ignored-optimization-argument --extra-arg=-Wno-error "$1" 2>/dev/null); then echo "ok $1"; else
    printf 'FAILED %s\n%s\n' "$1" "$output"
  fi
}
export -f check
export tool database

report=$(for folder in "${folders[@]}"; do ls "src/$folder"/*.cpp 2>/dev/null; done | grep -Ev "$left_out" |
  xargs -P "$(nproc)" -I{} bash -c 'check {}')
grep -v '^ok ' <<<"$report"
failed=$(grep -c '^FAILED ' <<<"$report")
echo "$(grep -c '^ok ' <<<"$report") passed, $failed failed"
[ "$failed" -eq 0 ]
