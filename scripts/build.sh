#!/usr/bin/env bash
# Configures and builds quietly: scripts/build.sh PRESET FOLDER TARGETS [CMAKE OPTION]...     (JOBS: parallel compilers)
# FOLDER is the build folder below the repository; its programs land in FOLDER/bin.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=$1 folder=$2
read -ra targets <<<"$3"
shift 3
# ccache refuses precompiled headers unless told that their macros and times may be trusted; the header's content is still compared.
export CCACHE_SLOPPINESS="${CCACHE_SLOPPINESS:-pch_defines,time_macros,include_file_mtime,include_file_ctime}"
export CCACHE_BASEDIR="${CCACHE_BASEDIR:-$PWD}"
mkdir -p "$folder"
if ! cmake --preset "$preset" -B "$folder" -DCMAKE_RUNTIME_OUTPUT_DIRECTORY="$PWD/$folder/bin" "$@" >"$folder/configure.log" 2>&1
then
  cat "$folder/configure.log" >&2
  exit 1
fi
# Enough memory for each compiler: Asio's coroutines take about 1 GB.
jobs=${JOBS:-$(nproc)}
memory_gb=$(awk '/^MemAvailable:/ { print int($2 / 1048576) + 1 }' /proc/meminfo 2>/dev/null || echo 64)
if [ "$jobs" -gt "$memory_gb" ]; then jobs=$memory_gb; fi
exec cmake --build "$folder" --target "${targets[@]}" --parallel "$jobs"
