#!/usr/bin/env bash
# Builds the function as one native executable named 'bootstrap' and zips it for Lambda.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

usage() {
  cat <<'HELP'
Usage: ./build.sh --local

Publishes src/Bootstrap as one native executable and zips it for AWS Lambda.

  --local   Build with the .NET SDK and the linker of this machine, for this machine's processor.
            Leaves artifacts/local/bootstrap and artifacts/local/bootstrap.zip.
  --help    Show this text.
HELP
}

fail() {
  printf 'build.sh: %s\n' "$1" >&2
  exit "${2:-1}"
}

local_build=false
for argument in "$@"; do
  case $argument in
    --local) local_build=true ;;
    -h | --help) usage; exit 0 ;;
    *) fail "unknown argument '$argument'. './build.sh --help' lists what there is." 2 ;;
  esac
done
[[ $local_build == true ]] || { usage >&2; exit 2; }

[[ $(uname -s) == Linux ]] || fail "--local builds on Linux only (this is $(uname -s)): a Lambda function is a Linux executable."
case $(uname -m) in
  x86_64) rid=linux-x64 ;;
  aarch64) rid=linux-arm64 ;;
  *) fail "no .NET Native AOT compiler for this machine's processor ($(uname -m)). Build on x86_64 or aarch64." ;;
esac

# Everything happens in a directory of its own; what is in artifacts/local is replaced only when all of it passed.
mkdir -p "$root/artifacts/local"
work=$(mktemp -d "$root/artifacts/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$root/scripts/build-inner.sh" --project "$root/src/Bootstrap/Bootstrap.csproj" --rid "$rid" --output "$work"

mv -f "$work/out/bootstrap" "$work/out/bootstrap.zip" "$root/artifacts/local/"
printf '==> Done: %s and %s\n' artifacts/local/bootstrap artifacts/local/bootstrap.zip
