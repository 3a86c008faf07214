#!/usr/bin/env bash
# Formats the C++ code in place with clang-format 14 (other versions disagree in places): scripts/format.sh [file]...
set -euo pipefail
cd "$(dirname "$0")/.."

tool=clang-format-14
if ! command -v "$tool" >/dev/null; then
  tool=clang-format
  "$tool" --version | grep -q 'version 14\.' || { echo "format: needs clang-format 14" >&2; exit 1; }
fi
files=("$@")
[ $# -gt 0 ] || mapfile -t files < <(find src sim fuzz tests bench web -name node_modules -prune -o \( -name '*.cpp' -o -name '*.hpp' \) -print)
[ ${#files[@]} -eq 0 ] || "$tool" -i "${files[@]}"
