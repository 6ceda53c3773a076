#!/usr/bin/env bash
# Publishes one project as a native 'bootstrap', zips and checks it: the one step that every build runs, on this machine and in the container.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/platform.sh
source "$root/scripts/platform.sh"

usage() {
  cat <<'HELP'
Usage: scripts/build-inner.sh --project FILE --arch x64|arm64 --runtime provided.al2|provided.al2023 --output DIRECTORY [--cross | --linked-here]

Leaves bootstrap, bootstrap.zip and summary.txt in DIRECTORY/out. Called by ./build.sh, which is what you want to run.
--cross: linked with zig, for the runtime's glibc; so it is where the processor is not this machine's.
--linked-here: linked for this machine's glibc, which is not the runtime's (scripts/check-binary.sh --help).
HELP
}

say() { printf '==> %s\n' "$1"; }

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

project='' arch='' runtime='' output='' cross=false linked_here=''
while (($# > 0)); do
  case $1 in
    --project | --arch | --runtime | --output)
      (($# > 1)) || fail "build-inner.sh: $1 needs a value."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --cross) cross=true ;;
    --linked-here) linked_here=--linked-here ;;
    -h | --help) usage; exit 0 ;;
    *) fail "build-inner.sh: unknown argument '$1'." ;;
  esac
  shift
done
[[ -n $project && -n $arch && -n $output ]] || { usage >&2; exit 2; }
framework=$(runtime_framework "$runtime") || fail "build-inner.sh: unknown runtime '$runtime'. Known: $known_runtimes."
[[ $arch == "$(this_processor)" ]] || cross=true

# --- The tools, each with the way to get it ------------------------------------------------------------------------------------------

require() {
  command -v "$1" > /dev/null || fail "'$1' is not in PATH; $2. Install it:" \
    "  Debian, Ubuntu:        sudo apt-get install $3" \
    "  Fedora, Amazon Linux:  sudo yum install $3" \
    "  macOS:                 brew install $3"
}

command -v dotnet > /dev/null || fail \
  "No .NET SDK: 'dotnet' is not in PATH." \
  "Install SDK 9.0.300 or newer (10 works too): https://dotnet.microsoft.com/download"
require zip "it packs the executable for Lambda" zip
require unzip "it shows what is in the zip" unzip
require readelf "it shows what the executable needs" binutils

# The compiler emits an object file; zig, clang or gcc links it.
mkdir -p "$output/out"
if [[ $cross == true ]]; then
  "$root/scripts/zig-link.sh" --check
  linking=(-p:LinkForGlibc="$(runtime_glibc "$runtime")")
else
  require objcopy "it takes the symbols out of the executable" binutils
  linker=$(command -v clang || command -v gcc || true)
  problem='No linker: neither clang nor gcc is in PATH. Native AOT needs one.'
  if [[ -n $linker ]]; then
    # Linking an empty program finds missing development files at once.
    problem=$("$linker" -x c -o "$output/probe" -fuse-ld=bfd -pthread - -ldl -lrt -lm <<< 'int main(void) { return 0; }' 2>&1) \
      && problem='' || problem="$linker cannot link an empty program: $problem"
  fi
  [[ -z $problem ]] || fail "$problem" \
    "Install a linker and the C library's development files:" \
    "  Debian, Ubuntu:        sudo apt-get install clang libc6-dev" \
    "  Fedora, Amazon Linux:  sudo yum install clang glibc-devel"
  linking=(-p:CppCompilerAndLinker="$(basename "$linker")")
fi

# --- Publish -----------------------------------------------------------------------------------------------------------------------------

say "Compiling $(basename "$project") for linux-$arch, $framework (a quarter of a minute or more)"
# A build tree of its own, so that nothing left over from another build, framework or linker ends up in what ships.
# PathMap, and no look at the repository: the bytes depend neither on where nor on what kind of checkout they are built from.
# No analyzers: a plain build has their verdict, and another SDK's (the container has .NET 9's) differs. The AOT compiler's own warnings stay errors.
# No native debug symbols: they would be stripped anyway, but their checksum (it depends on paths) would stay.
dotnet publish "$project" --configuration Release --runtime "linux-$arch" --artifacts-path "$output/build" --output "$output/publish" \
  --disable-build-servers --nologo --verbosity quiet \
  -p:LambdaFramework="$framework" -p:RunAnalyzers=false \
  "${linking[@]}" \
  -p:PathMap="$output/build=/_obj%2c$root=/_" \
  -p:EnableSourceLink=false -p:EnableSourceControlManagerQueries=false \
  -p:NativeDebugSymbols=false
[[ -f $output/publish/bootstrap ]] || fail "The publish left no file 'bootstrap': set <AssemblyName>bootstrap</AssemblyName> in $project."

# --- Zip ---------------------------------------------------------------------------------------------------------------------------------

say "Zipping"
install -m 755 "$output/publish/bootstrap" "$output/out/bootstrap"
# Lambda starts the file 'bootstrap' at the root of the zip. One fixed time and no extra fields (-X): the same bytes give the same zip.
mkdir "$output/zip"
install -m 755 "$output/publish/bootstrap" "$output/zip/bootstrap"
touch -d '1980-01-01T00:00:00Z' "$output/zip/bootstrap"
(cd "$output/zip" && TZ=UTC zip -X -9 -q "$output/out/bootstrap.zip" bootstrap)

# --- Check -------------------------------------------------------------------------------------------------------------------------------

say "Checking that it runs on $runtime"
checked=$("$root/scripts/check-binary.sh" --arch "$arch" --runtime "$runtime" ${linked_here:+"$linked_here"} \
  --zip "$output/out/bootstrap.zip" "$output/out/bootstrap")
{
  echo "size: $(($(wc -c < "$output/out/bootstrap"))) bytes, zipped $(($(wc -c < "$output/out/bootstrap.zip")))"
  echo "SHA-256 of the zip: $(sha256 < "$output/out/bootstrap.zip")"
  echo "$checked"
} > "$output/out/summary.txt"
