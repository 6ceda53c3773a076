#!/usr/bin/env bash
# Links a native 'bootstrap' with zig: for another processor than this machine's, or for an older glibc. NativeAot.targets names it as the linker.
set -euo pipefail

# The oldest zig that this was tried with; scripts/install-zig.sh installs it.
oldest=0.11

usage() {
  cat <<'HELP'
Usage: scripts/zig-link.sh TARGET ARGUMENT...    link, with the arguments that .NET's AOT compiler has for gcc or clang
       scripts/zig-link.sh --check               say which zig it is, or how to get one

TARGET is a processor with the newest glibc that the program may need, such as aarch64-linux-gnu.2.26.
zig is the program that the environment variable ZIG names, or else 'zig' in PATH.
HELP
}

fail() {
  if [[ $mode != --check ]]; then
    # For MSBuild, which shows the lines that say that they are errors.
    echo "zig-link.sh: error: $1 Install zig $oldest or newer: https://ziglang.org/download/" >&2
    exit 1
  fi
  printf '%s\n' "$1" >&2
  cat >&2 <<HELP
zig links for another processor, and for an older glibc than this machine's. Install it, $oldest or newer, or name it in the variable ZIG:
  Linux, macOS:  https://ziglang.org/download/ (unpack it, and put its directory into PATH)
  macOS:         brew install zig
  pip:           pip install ziglang; export ZIG=\$(python3 -c 'import os, ziglang; print(os.path.dirname(ziglang.__file__) + "/zig")')
HELP
  exit 1
}

mode=${1:-}
case $mode in
  '') usage >&2; exit 2 ;;
  -h | --help) usage; exit 0 ;;
esac

zig=${ZIG:-zig}
command -v "$zig" > /dev/null || fail "No zig: '$zig' is not in PATH."
version=$("$zig" version 2> /dev/null) || fail "'$zig' is no zig: '$zig version' failed."
# Numbers only: a version under development, such as 0.12.0-dev.1, counts as its number.
IFS=.- read -r major minor _ <<< "$version"
[[ $major =~ ^[0-9]+$ && $minor =~ ^[0-9]+$ ]] || fail "'$zig' is no zig: its version reads '$version'."
((major > 0 || minor >= ${oldest#0.})) || fail "zig $version is too old."
if [[ $mode == --check ]]; then
  echo "zig $version"
  exit 0
fi

target=$1
shift
script=$(mktemp)
trap 'rm -f "$script"' EXIT
# The section by which the program finds its own modules. Nothing refers to it: without this line the linker would drop it.
echo 'SECTIONS { __modules : { KEEP(*(__modules)) } } INSERT AFTER .data;' > "$script"

arguments=()
for argument; do
  case $argument in
    # TARGET says it; zig has one linker of its own; -s, below, leaves no symbols to compress, to discard or to strip.
    --target=* | -fuse-ld=* | -gz=* | -g | -Wl,--discard-all | -Wl,--strip-debug) ;;
    # The driver's own word, which also chooses the start files.
    -Wl,-no-pie) arguments+=(-no-pie) ;;
    -Wl,-pie) arguments+=(-pie) ;;
    *) arguments+=("$argument") ;;
  esac
done
# What zig says while it succeeds are remarks on glibc's sources, which it compiles once; MSBuild would take them for warnings of ours.
said=$("$zig" cc -target "$target" "${arguments[@]}" -s "-Wl,-T,$script" 2>&1) || {
  printf '%s\n' "$said" | sed 's/^error: /zig: error: /' >&2
  exit 1
}
