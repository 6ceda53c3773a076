#!/usr/bin/env bash
# Downloads zig, which links for another processor, and verifies it. Used by Dockerfile.build, and by CI.
set -euo pipefail

# One version, so that what is linked depends on the commit alone. The checksums are those of https://ziglang.org/download/.
version=0.11.0

usage() {
  cat <<HELP
Usage: scripts/install-zig.sh DIRECTORY [DOWNLOADS_URL]

Installs zig $version into DIRECTORY, whose program 'zig' then is. Needs curl, sha256sum, tar and xz.
DOWNLOADS_URL: https://ziglang.org/download unless given.
HELP
}

fail() {
  printf 'install-zig.sh: %s\n' "$@" >&2
  exit 1
}

case ${1:-} in -h | --help) usage; exit 0 ;; esac
(($# == 1 || $# == 2)) || { usage >&2; exit 2; }
directory=$1 downloads=${2:-https://ziglang.org/download}

case $(uname -m) in
  x86_64) processor=x86_64 sha256=2d00e789fec4f71790a6e7bf83ff91d564943c5ee843c5fd966efc474b423047 ;;
  aarch64) processor=aarch64 sha256=956eb095d8ba44ac6ebd27f7c9956e47d92937c103bf754745d0a39cdaa5d4c6 ;;
  *) fail "there is no zig $version with a known checksum for this machine's processor, $(uname -m)." ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
url=$downloads/$version/zig-linux-$processor-$version.tar.xz
echo "Installing zig $version ($processor)"
curl --fail --silent --show-error --location --retry 3 --output "$work/zig.tar.xz" "$url" || fail "cannot download $url"
echo "$sha256  $work/zig.tar.xz" | sha256sum --check --status \
  || fail "$url does not have the SHA-256 that zig published for it: a broken or a tampered download. Nothing was installed."
mkdir -p "$directory"
tar -xJf "$work/zig.tar.xz" --strip-components 1 -C "$directory"
