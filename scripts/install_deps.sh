#!/usr/bin/env bash
# Installs what is missing of the Debian packages that the named groups need; a second run needs no network.
# Usage: scripts/install_deps.sh [build|test|fuzz|bench|browser]...   (default: build; each includes build)
set -euo pipefail
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

# One requirement a word. "a|b" is met by either; the first one that the system offers is installed.
build="build-essential cmake ninja-build ccache pkg-config git ca-certificates curl openssl python3
  @boost libssl-dev libsimdjson-dev libsqlite3-dev libpq-dev libspdlog-dev libtomlplusplus-dev libcli11-dev
  libexpected-dev prometheus-cpp-dev libxxhash-dev libvalijson-dev rapidjson-dev libre2-dev zlib1g-dev libdeflate-dev libzstd-dev
  libmimalloc-dev @node"
# shellcheck disable=SC2034  # these four are read through their names
{
test="libgtest-dev libgmock-dev clang-format-14|clang-format @clang-tidy sqlite3 postgresql"
fuzz="@clang @clang-rt"
bench="libbenchmark-dev nginx-light haproxy"
browser="@chromium"
}

say() { printf 'install_deps: %s\n' "$*"; }

installed() {
  [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}
offered() { apt-cache show --no-all-versions "$1" >/dev/null 2>&1; }

node_is_new_enough() {
  command -v npm >/dev/null && command -v node >/dev/null &&
    [ "$(node --version | sed 's/^v\([0-9]*\).*/\1/')" -ge 18 ]
}
boost_is_new_enough() {  # Debian 12 has 1.74 as its default beside 1.81
  dpkg-query --show --showformat='${db:Status-Status} ${Package}\n' 'libboost1.*-dev' 2>/dev/null |
    sed -n 's/^installed libboost1\.\([0-9]*\)-dev$/\1/p' | awk '$1 >= 81 { found = 1 } END { exit !found }'
}
clang_tidy_is_new_enough() {  # 17 is the first with the check on coroutine lambdas
  command -v clang-tidy-19 >/dev/null ||
    [ "$(clang-tidy --version 2>/dev/null | sed -n 's/.*version \([0-9]*\)\..*/\1/p')" -ge 17 ] 2>/dev/null
}
chosen_clang() { command -v clang-16 || command -v clang; }  # as in cmake/clang.cmake
clang_is_new_enough() {  # 16 knows C++20's coroutines with libstdc++
  local version
  version=$("$(chosen_clang)" -dumpversion 2>/dev/null) && [ "${version%%.*}" -ge 16 ]
}
clang_finds_its_runtime() {
  local folder
  folder=$("$(chosen_clang)" --print-resource-dir 2>/dev/null) && ls "$folder"/lib/linux/libclang_rt.fuzzer-*.a >/dev/null 2>&1
}
have_browser() { command -v chromium || command -v chromium-browser || command -v google-chrome; }

# Is the requirement met already?
met() {
  case "$1" in
    @boost) boost_is_new_enough ;;
    @node) node_is_new_enough ;;
    @clang-tidy) clang_tidy_is_new_enough ;;
    @chromium) have_browser >/dev/null ;;
    @clang) clang_is_new_enough ;;
    @clang-rt) clang_finds_its_runtime ;;
    *) local name
      for name in ${1//|/ }; do installed "$name" && return 0; done
      return 1 ;;
  esac
}

# The packages to install for a requirement that is not met; nothing when the system offers none.
packages_for() {
  local name
  case "$1" in
    @boost) set -- 'libboost1.81-dev|libboost-dev' ;;
    @node) echo nodejs npm; return ;;
    @clang-tidy) set -- 'clang-tidy-19|clang-tidy' ;;
    @chromium)  # Ubuntu's package is a wrapper around a snap, which containers cannot run
      if ! grep -q '^ID=ubuntu' /etc/os-release; then echo chromium; fi
      return ;;
    @clang) set -- 'clang-16|clang' ;;
    @clang-rt) set -- 'libclang-rt-16-dev|libclang-rt-dev' ;;
  esac
  for name in ${1//|/ }; do
    if offered "$name"; then echo "$name"; return; fi
  done
  say "this system offers none of: $1" >&2
  return 1
}

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; return; fi
  if ! command -v sudo >/dev/null; then
    say "needs root and there is no sudo; run as root: scripts/install_deps.sh ${groups[*]}" >&2
    exit 1
  fi
  sudo --preserve-env=DEBIAN_FRONTEND,http_proxy,https_proxy "$@"
}

# Another apt may hold the lock for a while, and mirrors have bad moments.
apt_get() {
  local try
  for try in 1 2 3; do
    if as_root apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@" \
      </dev/null >/dev/null; then return 0; fi
    [ "$try" = 3 ] || sleep $((try * 10))
  done
  return 1
}

# Tests start servers of their own. A package of a server makes and starts one of the system's as well, which takes a
# port and memory: not now; whoever wants one makes it with pg_createcluster.
no_cluster=/etc/postgresql-common/createcluster.d/rlm-cascade-tests.conf
install_packages() {
  local status=0
  case " $* " in *" postgresql "*)
    as_root mkdir -p "${no_cluster%/*}"
    echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null ;;
  esac
  apt_get install --yes --no-install-recommends "$@" || status=$?
  if [ -e "$no_cluster" ]; then as_root rm -f "$no_cluster"; fi
  return $status
}

groups=("$@")
[ $# -gt 0 ] || groups=(build)
wanted=$build
for group in "${groups[@]}"; do
  case "$group" in
    build) ;;
    test | fuzz | bench | browser) wanted+=" ${!group}" ;;
    *) say "unknown group '$group'; known: build test fuzz bench browser" >&2; exit 2 ;;
  esac
done
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "this is not a Debian-like system; install by hand what CMake does not find" >&2
  exit 1
fi

missing=()
for requirement in $wanted; do
  met "$requirement" || missing+=("$requirement")
done
if [ ${#missing[@]} -eq 0 ]; then
  say "everything for '${groups[*]}' is there"
  exit 0
fi

say "missing: ${missing[*]}"
apt_get update
packages=()
for requirement in "${missing[@]}"; do
  names=$(packages_for "$requirement")
  # shellcheck disable=SC2206
  packages+=($names)
done
if [ ${#packages[@]} -gt 0 ]; then
  say "installing: ${packages[*]}"
  install_packages "${packages[@]}"
fi
for requirement in "${missing[@]}"; do
  met "$requirement" || say "still missing: $requirement (what needs it is skipped)" >&2
done
say "done"
