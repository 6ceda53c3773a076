#!/usr/bin/env bash
# Publishes one project as a native 'bootstrap' and zips it: the one step that every build runs, here and in the container.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)

usage() {
  cat <<'HELP'
Usage: scripts/build-inner.sh --project FILE --rid linux-x64|linux-arm64 --output DIRECTORY

Leaves DIRECTORY/out/bootstrap and DIRECTORY/out/bootstrap.zip. Called by ./build.sh, which is what you want to run.
HELP
}

say() { printf '==> %s\n' "$1"; }

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

project='' rid='' output=''
while (($# > 0)); do
  case $1 in
    --project | --rid | --output)
      (($# > 1)) || fail "build-inner.sh: $1 needs a value."
      printf -v "${1#--}" '%s' "$2"
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) fail "build-inner.sh: unknown argument '$1'." ;;
  esac
done
[[ -n $project && -n $rid && -n $output ]] || { usage >&2; exit 2; }

command -v dotnet > /dev/null || fail \
  "No .NET SDK: 'dotnet' is not in PATH." \
  "Install SDK 9.0.300 or newer (10 works too): https://dotnet.microsoft.com/download"

command -v zip > /dev/null || fail \
  "'zip' is not in PATH; it packs the executable for Lambda. Install it:" \
  "  Debian, Ubuntu:        sudo apt-get install zip" \
  "  Fedora, Amazon Linux:  sudo yum install zip"

# The compiler emits an object file; clang or gcc links it. Linking an empty program finds missing development files at once.
linker=$(command -v clang || command -v gcc || true)
problem='No linker: neither clang nor gcc is in PATH. Native AOT needs one.'
if [[ -n $linker ]]; then
  problem=$("$linker" -x c -o "$output/probe" -fuse-ld=bfd -pthread - -ldl -lrt -lm <<< 'int main(void) { return 0; }' 2>&1) \
    && problem='' || problem="$linker cannot link an empty program: $problem"
fi
[[ -z $problem ]] || fail "$problem" \
  "Install a linker and the C library's development files:" \
  "  Debian, Ubuntu:        sudo apt-get install clang libc6-dev" \
  "  Fedora, Amazon Linux:  sudo yum install clang glibc-devel"

command -v objcopy > /dev/null || command -v llvm-objcopy > /dev/null || fail \
  "'objcopy' is not in PATH; it takes the symbols out of the executable. Install binutils."

say "Compiling $(basename "$project") to native code for $rid (a quarter of a minute or more)"
# A build tree of its own, so that nothing left over from another build, framework or linker ends up in what ships. PathMap and the
# missing commit id make the bytes independent of where and from what kind of checkout they are built. ExportsFile: an executable
# exports nothing, and the compiler's targets pass that file's path to the linker unquoted, which breaks in a directory with a space.
dotnet publish "$project" --configuration Release --runtime "$rid" --artifacts-path "$output/build" --output "$output/publish" \
  --disable-build-servers --nologo --verbosity quiet \
  -p:CppCompilerAndLinker="$(basename "$linker")" \
  -p:PathMap="$output/build=/_obj%2c$root=/_" \
  -p:EnableSourceLink=false -p:EnableSourceControlManagerQueries=false -p:ExportsFile= -p:NativeDebugSymbols=false

say "Zipping"
mkdir -p "$output/out"
install -m 755 "$output/publish/bootstrap" "$output/out/bootstrap"
# Lambda starts the file 'bootstrap' at the root of the zip. One fixed time and no extra fields (-X): the same bytes give the same zip.
chmod 755 "$output/publish/bootstrap"
touch -d '1980-01-01T00:00:00Z' "$output/publish/bootstrap"
(cd "$output/publish" && TZ=UTC zip -X -9 -q "$output/out/bootstrap.zip" bootstrap)
say "$(stat -c %s "$output/out/bootstrap") bytes, zipped $(stat -c %s "$output/out/bootstrap.zip")"
