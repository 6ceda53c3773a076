#!/usr/bin/env bash
# Publishes one project as a native 'bootstrap', zips and checks it: the one step that every build runs, on this machine and in the container.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
# shellcheck source=scripts/platform.sh
source "$root/scripts/platform.sh"

usage() {
  cat <<'HELP'
Usage: scripts/build-inner.sh --project FILE --arch x64|arm64 --runtime provided.al2|provided.al2023 --output DIRECTORY [--cross | --linked-here]

Leaves bootstrap.zip, what is in it in a directory 'files', and summary.txt in DIRECTORY/out. Called by ./build.sh, which is what you want to run.
--cross: linked with zig, for the runtime's glibc; so it is where the processor is not this machine's.
--linked-here: linked for this machine's glibc, which is not the runtime's (scripts/check-binary.sh --help).
HELP
}

# What Lambda takes, in bytes: of files in all, and of a zip that does not come from S3
# (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html). The variables are for tests.
most_unpacked=${MOST_UNPACKED_BYTES:-262144000} most_uploaded=${MOST_UPLOADED_BYTES:-52428800}

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
  "Install SDK 10 (for provided.al2 alone, 9.0.300 or newer): https://dotnet.microsoft.com/download"
require zip "it packs the executable for Lambda" zip
require unzip "it shows what is in the zip" unzip
require readelf "it shows what the executable needs" binutils

# The compiler emits an object file; zig, clang or gcc links it.
mkdir -p "$output/out"
output=$(cd "$output" && pwd -P)
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
# No native debug symbols: they would be stripped anyway, but their checksum (it depends on paths) would stay. No other symbols and no documentation,
# which Lambda would only have to unpack.
# The compiler's server stays for the next build, as after 'dotnet build'; 'dotnet build-server shutdown' ends it.
publish() {
  dotnet publish "$project" --configuration Release --runtime "linux-$arch" --artifacts-path "$output/build" --output "$output/publish" \
    -nodeReuse:false --nologo --verbosity quiet \
    -p:LambdaFramework="$framework" -p:RunAnalyzers=false \
    "${linking[@]}" \
    -p:PathMap="$output/build=/_obj%2c$root=/_" \
    -p:EnableSourceLink=false -p:EnableSourceControlManagerQueries=false \
    -p:NativeDebugSymbols=false -p:CopyOutputSymbolsToPublishDirectory=false -p:PublishDocumentationFiles=false
}
if ! publish 2>&1 | tee "$output/publish.log"; then
  ! grep -qE 'error IL[23][0-9]{3}' "$output/publish.log" \
    || fail "The native compiler refuses code that would fail when it runs. 'dotnet build' shows each place once, in your own code."
  exit 1
fi
[[ -f $output/publish/bootstrap ]] || fail "The publish left no file 'bootstrap': set <AssemblyName>bootstrap</AssemblyName> in $project."

# --- Zip ---------------------------------------------------------------------------------------------------------------------------------

say "Zipping"
# All that the publish left, in one order: the executable, and what belongs to it (content files, settings, native libraries). Links become files.
mkdir "$output/out/files"
cp -RL "$output/publish/." "$output/out/files"
cd "$output/out/files"
find . \( -name '*.pdb' -o -name '*.dbg' \) -exec rm -rf {} +
# The Web SDK's list of static files, where there are none.
grep -qsF '"Endpoints":[]' bootstrap.staticwebassets.endpoints.json && rm bootstrap.staticwebassets.endpoints.json
files=$(find . -type f | sed 's|^\./||' | LC_ALL=C sort)
odd=$(find . -name $'*\n*' -o -name '*\\*')
[[ -z $odd ]] || fail "A file to be zipped has a line break or a backslash in its name. Rename it:" "$odd"

# Lambda's loader looks into the system's folders first, and into the function's after them.
for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 ld-linux-x86-64.so.2 ld-linux-aarch64.so.1; do
  for shadow in "$library" "lib/$library"; do
    [[ ! -e $shadow ]] || fail "$shadow is a part of the C library. $runtime finds its own first: a copy is never used." \
      "Leave it out of what the project publishes."
  done
done
unpacked=$(find . -type f -exec cat {} + | wc -c | tr -d ' ')
((unpacked <= most_unpacked)) || fail "The function has $unpacked bytes; Lambda takes $most_unpacked (250 MB) unpacked. The largest files:" \
  "$(find . -type f -exec wc -c {} + | grep -v ' total$' | sort -rn | head -n 5)" \
  "Leave files out (CopyToPublishDirectory=\"Never\"), or read them from S3 when they are needed."

# is_elf, is_script FILE: whether the system could run it.
is_elf() { [[ $(head -c 4 < "$1" | od -An -c | tr -d ' \n') == '177ELF' ]]; }
is_script() { [[ $(head -c 2 < "$1" | tr -d '\0') == '#!' ]]; }

# Lambda starts the file 'bootstrap' at the root of the zip, and a function may start other programs, whose mode it cannot change in /var/task. One
# fixed time, a mode by what the file is and no extra fields (-X): the same bytes give the same zip.
find . -type d -exec chmod 755 {} +
while IFS= read -r file; do
  if [[ $file == bootstrap ]] || is_elf "$file" || is_script "$file"; then chmod 755 "./$file"; else chmod 644 "./$file"; fi
done <<< "$files"
find . -type f -exec touch -d '1980-01-01T00:00:00Z' {} +
TZ=UTC zip -X -9 -q "$output/out/bootstrap.zip" -@ <<< "$files"
# Whoever runs the files from here asks when they were built.
find . -type f -exec touch {} +

# --- Check -------------------------------------------------------------------------------------------------------------------------------

say "Checking that it runs on $runtime"
checked=$("$root/scripts/check-binary.sh" --arch "$arch" --runtime "$runtime" ${linked_here:+"$linked_here"} \
  --zip "$output/out/bootstrap.zip" bootstrap)
while IFS= read -r file; do
  if [[ $file != bootstrap ]] && is_elf "$file"; then
    "$root/scripts/check-binary.sh" --arch "$arch" --runtime "$runtime" --library "$file" > "$output/library.txt"
  fi
done <<< "$files"
zipped=$(($(wc -c < "$output/out/bootstrap.zip")))
{
  echo "size: $(($(wc -c < bootstrap))) bytes, zipped $zipped"
  if [[ $files != bootstrap ]]; then
    echo "in the zip: $unpacked bytes in $(grep -c . <<< "$files") files"
    while IFS= read -r file; do printf '  %s, %d bytes\n' "$file" "$(wc -c < "$file")"; done <<< "$files"
  fi
  ((zipped <= most_uploaded)) || echo "NOTE: Lambda takes a zip of more than $most_uploaded bytes (50 MB) from S3 only. 'sam deploy' puts it there; 'aws lambda' has --s3-bucket."
  echo "SHA-256 of the zip: $(sha256 < "$output/out/bootstrap.zip")"
  echo "$checked"
} > "$output/out/summary.txt"
