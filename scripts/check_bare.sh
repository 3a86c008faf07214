#!/usr/bin/env bash
# Proves a make target on a bare machine: a minimal Debian 12 root with nothing but `make` added, a clean clone inside.
# Usage: scripts/check_bare.sh [--keep] [make target, variables or '-- command']...     (default: demo DEMO_SECONDS=20)
# Needs root. The root is made in a mount namespace of its own, so no mount outlives this script. Mirrors, proxies and
# certificates are those of the host, read when it runs. With CCACHE_DIR set, that compiler cache is used inside.
set -euo pipefail

keep=no
if [ "${1:-}" = --keep ]; then keep=yes; shift; fi
[ $# -gt 0 ] || set -- demo DEMO_SECONDS=20
[ "$(id -u)" -eq 0 ] || { echo "check_bare: needs root" >&2; exit 1; }
if [ "${RLM_BARE_INSIDE:-}" != yes ]; then
  command -v debootstrap >/dev/null || apt-get install --yes --no-install-recommends debootstrap >/dev/null
  [ $keep = no ] || set -- --keep "$@"
  exec env RLM_BARE_INSIDE=yes unshare --mount --propagation private "$0" "$@"
fi

suite=bookworm
repository=$(cd "$(dirname "$0")/.." && pwd)
root=$(mktemp --directory --tmpdir rlm-bare.XXXXXXXX)
chmod 755 "$root"  # apt fetches as a user of its own
say() { printf '\ncheck_bare: %s [%d s]\n' "$*" "$SECONDS"; }
child=
# shellcheck disable=SC2317  # called by the trap
clean_up() {
  if [ -n "$child" ]; then kill -KILL "$child"; wait "$child" 2>/dev/null || true; fi  # unshare blocks what is milder
  umount --lazy "$root/var/cache/ccache" "$root/sys" "$root/dev" 2>/dev/null || true
  # Never delete through a mount that would not go.
  if [ "$keep" = yes ]; then say "kept $root"; elif ! grep -q " $root/" /proc/self/mounts; then rm -rf "$root"; fi
}
trap clean_up EXIT
trap 'exit 143' HUP INT TERM

# The host's Debian mirrors; the official one where the host is no Debian 12.
# shellcheck disable=SC2016  # apt's own variables
sources=$(apt-get indextargets 'Created-By: Packages' 'Origin: Debian' \
  --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 2>/dev/null | grep -E " $suite(-updates|-security)? main$" | sort -u || true)
[ -n "$sources" ] || sources="deb http://deb.debian.org/debian/ $suite main"
mirror=$(grep -E " $suite main$" <<<"$sources" | head -1 | cut -d' ' -f2)
proxy=$(apt-config dump 2>/dev/null | sed -n 's/^Acquire::http::Proxy "\(.*\)";$/\1/p' | head -1)
[ -z "$proxy" ] || export http_proxy="${http_proxy:-$proxy}"

say "debootstrap of $suite"
debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$root.log" 2>&1 || { tail -20 "$root.log"; exit 1; }
rm -f "$root.log"
mount --rbind /dev "$root/dev"
mount -t sysfs sysfs "$root/sys" 2>/dev/null || true
echo "$sources" >"$root/etc/apt/sources.list"
apt-config dump | grep -E '^Acquire::(http|https|ftp)::' >"$root/etc/apt/apt.conf.d/90host" || true
cp /etc/resolv.conf "$root/etc/resolv.conf"
printf '127.0.0.1 localhost\n' >"$root/etc/hosts"

inside=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root CI=true)
for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || inside+=("$name=${!name}"); done
# A host behind an inspecting proxy trusts certificates that a bare root does not know.
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/usr/local/share/host-certificates.crt"
  inside+=(NODE_EXTRA_CA_CERTS=/usr/local/share/host-certificates.crt npm_config_cafile=/usr/local/share/host-certificates.crt)
fi
if command -v npm >/dev/null; then inside+=("npm_config_registry=$(cd / && npm config get registry)"); fi
if [ -n "${CCACHE_DIR:-}" ]; then
  install -d "$root/var/cache/ccache" && mount --bind "$CCACHE_DIR" "$root/var/cache/ccache"
  inside+=(CCACHE_DIR=/var/cache/ccache CCACHE_NOHASHDIR=1)
fi
for name in DEMO_SECONDS FUZZ_SECONDS; do [ -z "${!name:-}" ] || inside+=("$name=${!name}"); done

git clone --quiet --no-hardlinks "file://$repository" "$root/src/rlm-cascade"
# In a process namespace of its own: whatever is started inside ends with it, also when this script is stopped.
run_inside() {
  # shellcheck disable=SC2016  # for the inner shells
  unshare --mount --pid --fork --kill-child sh -c 'mount -t proc proc "$0/proc" && exec env -i "$@"' "$root" "${inside[@]}" \
    chroot "$root" /bin/sh -c 'cd /src/rlm-cascade && exec "$@"' sh "$@" </dev/null &
  child=$!
  local status=0
  wait "$child" || status=$?
  child=
  return $status
}

say "a bare machine: $(grep -c '^Status: install ok installed' "$root/var/lib/dpkg/status") packages, commit $(git -C "$repository" rev-parse --short HEAD)"
run_inside sh -c 'apt-get -qq update && apt-get -qq install --yes --no-install-recommends make >/dev/null 2>&1'
if [ "$1" = -- ]; then shift; else set -- make "$@"; fi
say "$*"
status=0
run_inside "$@" || status=$?
say "$* ended with status $status"
exit $status
