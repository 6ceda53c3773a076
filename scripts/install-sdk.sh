#!/usr/bin/env bash
# Downloads the newest .NET SDK of a channel and verifies it against the checksum in .NET's release metadata. Used by Dockerfile.build.
set -euo pipefail

usage() {
  cat <<'HELP'
Usage: scripts/install-sdk.sh CHANNEL DIRECTORY [METADATA_URL]

Example: scripts/install-sdk.sh 9.0 /opt/dotnet
Needs curl, jq, sha512sum and tar. METADATA_URL: https://builds.dotnet.microsoft.com/dotnet/release-metadata unless given.
HELP
}

fail() {
  printf 'install-sdk.sh: %s\n' "$@" >&2
  exit 1
}

case ${1:-} in -h | --help) usage; exit 0 ;; esac
(($# == 2 || $# == 3)) || { usage >&2; exit 2; }
channel=$1 directory=$2 metadata=${3:-https://builds.dotnet.microsoft.com/dotnet/release-metadata}

case $(uname -m) in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) fail "there is no SDK for this machine's processor, $(uname -m)." ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
download() { curl --fail --silent --show-error --location --retry 3 --output "$2" "$1" || fail "cannot download $1"; }

download "$metadata/$channel/releases.json" "$work/releases.json"
# The metadata lists every SDK of the channel with the files of each, and the SHA-512 of each file.
read -r version url sha512 < <(jq -r --arg rid "$rid" '
  ."latest-sdk" as $version
  | [.releases[].sdks[]? | select(.version == $version) | .files[] | select(.rid == $rid and (.name | endswith(".tar.gz")))][0]
  | select(. != null) | "\($version) \(.url) \(.hash)"' "$work/releases.json") || true
[[ ${sha512:-} =~ ^[0-9a-fA-F]{128}$ ]] || fail "the release metadata of channel $channel names no SDK with a checksum for $rid."

echo "Installing .NET SDK $version ($rid)"
download "$url" "$work/sdk.tar.gz"
echo "$(tr 'A-F' 'a-f' <<< "$sha512")  $work/sdk.tar.gz" | sha512sum --check --status \
  || fail "$url does not have the SHA-512 that .NET's release metadata gives for it: a broken or a tampered download. Nothing was installed."
mkdir -p "$directory"
tar -xzf "$work/sdk.tar.gz" -C "$directory"
