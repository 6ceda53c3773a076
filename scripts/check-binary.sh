#!/usr/bin/env bash
# Proves, before anything is deployed, that a 'bootstrap' starts on the Lambda runtime it was built for.
set -euo pipefail

scripts=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=scripts/platform.sh
source "$scripts/platform.sh"

usage() {
  cat <<'HELP'
Usage: scripts/check-binary.sh --arch x64|arm64 --runtime provided.al2|provided.al2023 [--linked-here | --library] [--zip FILE] BINARY

Checks an executable for AWS Lambda: its processor, its dynamic linker, the libraries and glibc symbol versions it needs.

  --linked-here  The binary was linked against this machine's glibc, which may be newer than the runtime's. Instead of failing on a newer
                 symbol version, show for each such symbol that an older version of it existed in the runtime's glibc.
  --library      A library that comes with the function: only its processor and the glibc symbol versions it needs are checked.
  --zip FILE     Also check the zip: 'bootstrap' at its root, mode 755, the same bytes as BINARY; all else plain files of mode 644 or 755.
HELP
}

fail() {
  printf 'check-binary.sh: %s\n' "$@" >&2
  exit 1
}

arch='' runtime='' zip='' binary='' linked_here=false is_library=false
while (($# > 0)); do
  case $1 in
    --arch | --runtime | --zip)
      (($# > 1)) || fail "$1 needs a value."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --linked-here) linked_here=true ;;
    --library) is_library=true ;;
    -h | --help) usage; exit 0 ;;
    -*) fail "unknown option '$1'. --help lists what there is." ;;
    *) [[ -z $binary ]] || fail "one binary at a time: '$binary' and '$1' were given."; binary=$1 ;;
  esac
  shift
done
[[ -n $binary ]] || { usage >&2; exit 2; }
[[ -f $binary ]] || fail "there is no file '$binary'."
glibc=$(runtime_glibc "$runtime") || fail "unknown runtime '$runtime'. Known: $known_runtimes."
case $arch in
  x64) machine='Advanced Micro Devices X86-64' interpreter=/lib64/ld-linux-x86-64.so.2 ;;
  arm64) machine=AArch64 interpreter=/lib/ld-linux-aarch64.so.1 ;;
  *) fail "unknown architecture '$arch'. Known: x64, arm64." ;;
esac
command -v readelf > /dev/null || fail "'readelf' is not in PATH. Install binutils."
export LC_ALL=C

problems=()

# --- The file: class, machine, interpreter -----------------------------------------------------------------------------------------------

header=$(readelf -hW "$binary" 2> /dev/null) || fail "'$binary' is not an ELF file."
header_field() { sed -n "s/^ *$1: *//p" <<< "$header"; }
[[ $(header_field Class) == ELF64 ]] || problems+=("it is $(header_field Class), Lambda runs ELF64 files")
[[ $(header_field Machine) == "$machine" ]] || problems+=("it is for '$(header_field Machine)', wanted is '$machine' ($arch)")
((${#problems[@]} == 0)) || fail "'$binary' cannot run on $runtime:" "${problems[@]/#/  }"

if [[ $is_library == false ]]; then
  found=$(readelf -lW "$binary" | sed -n 's/.*\[Requesting program interpreter: \(.*\)\]/\1/p')
  [[ $found == "$interpreter" ]] || problems+=("its dynamic linker is '${found:-none}', the one of $runtime on $arch is '$interpreter'")

  # --- The libraries it needs: only glibc's own, which every OS-only runtime has -------------------------------------------------------

  while read -r library; do
    case $library in
      libc.so.6 | libm.so.6 | libdl.so.2 | libpthread.so.0 | librt.so.1 | "${interpreter##*/}") ;;
      ?*) problems+=("it needs the library '$library', which $runtime does not promise to have; allowed are the parts of glibc") ;;
    esac
  done <<< "$(readelf -dW "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')"
fi

# --- The symbol versions it needs -------------------------------------------------------------------------------------------------------

# Version names that are no plain glibc version: GLIBC_PRIVATE, GLIBC_ABI_DT_RELR (glibc 2.36), those of other libraries.
while read -r name; do
  [[ -z $name || $is_library == true ]] || problems+=("it needs the symbol version '$name', which is not a glibc version that $runtime is known to have")
done <<< "$(readelf -VW "$binary" | sed -n 's/.* Name: \([^ ]*\) .*Flags:.*/\1/p' | grep -vE '^GLIBC_[0-9]+(\.[0-9]+)+$' | sort -u || true)"

# dynamic_symbols FILE: 'UND|DEF binding name version' per symbol, '-' where a symbol has no version.
dynamic_symbols() {
  readelf --dyn-syms -W "$1" | sed 's/ \[[^]]*\]//g' | awk '
    $1 ~ /^[0-9]+:$/ && $8 != "" {
      at = index($8, "@")
      name = at ? substr($8, 1, at - 1) : $8
      version = at ? substr($8, at) : "-"
      sub(/^@+/, "", version)
      print ($7 == "UND" ? "UND" : "DEF"), $5, name, version
    }'
}

# Compares dotted numbers: awk -v a=2.2.5 -v b=2.26 'prints whether a is newer'.
newer_function='
  function newer(a, b,   x, y, i) {
    split(a, x, "."); split(b, y, ".")
    for (i = 1; i <= 4; i++) if (x[i] + 0 != y[i] + 0) return x[i] + 0 > y[i] + 0
    return 0
  }'

imports=$(dynamic_symbols "$binary" | awk '$1 == "UND" { print $2, $3, $4 }')
unversioned=$(awk '$1 != "WEAK" && $3 == "-" { print $2 }' <<< "$imports")
[[ -z $unversioned || $is_library == true ]] || problems+=("nothing says which library provides: $(tr '\n' ' ' <<< "$unversioned")")

newest=$(awk "$newer_function"' sub(/^GLIBC_/, "", $3) && newer($3, max) { max = $3 } END { print max }' max=0 <<< "$imports")
too_new=$(awk "$newer_function"' sub(/^GLIBC_/, "", $3) && newer($3, limit) { print $2, $3 }' limit="$glibc" <<< "$imports")

# exported_by_this_machine: 'name version' for every symbol version that the glibc of this machine defines, the compatible old ones included.
exported_by_this_machine() {
  local directory library
  for directory in /lib64 /usr/lib64 "/lib/$(uname -m)-linux-gnu" "/usr/lib/$(uname -m)-linux-gnu"; do
    [[ -e $directory/libc.so.6 ]] || continue
    for library in libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0 librt.so.1 "${interpreter##*/}"; do
      [[ ! -e $directory/$library ]] || dynamic_symbols "$directory/$library" | awk '$1 == "DEF" { print $3, $4 }'
    done
    return
  done
}

proof=''
if [[ -n $too_new && $linked_here == true ]]; then
  # glibc never drops a symbol version: a version of a symbol that is named after a release <= the limit was there in that release.
  proof=$(awk "$newer_function"'
    NR == FNR { if (sub(/^GLIBC_/, "", $2) && !newer($2, limit) && (!($1 in old) || newer($2, old[$1]))) old[$1] = $2; next }
    { print $1, $2, ($1 in old ? old[$1] : "none") }' limit="$glibc" <(exported_by_this_machine) - <<< "$too_new")
  too_new=$(awk '$3 == "none" { print $1, $2 }' <<< "$proof")
fi
while read -r symbol version; do
  [[ -z $symbol ]] || problems+=("it needs $symbol of glibc $version; $runtime has glibc $glibc")
done <<< "$too_new"

# --- The zip ------------------------------------------------------------------------------------------------------------------------------

if [[ -n $zip ]]; then
  command -v unzip > /dev/null || fail "'unzip' is not in PATH. Install it."
  # One line per entry: mode, zip version, system, size, type, method, date, time, name.
  entries=$(unzip -Z -s "$zip" 2> /dev/null | grep -E '^[-dlrwx?]{10} ' || true)
  own=$(grep -E ':[0-9]{2} bootstrap$' <<< "$entries" || true)
  [[ $(grep -c . <<< "$own") == 1 ]] || problems+=("'$zip' must hold a file 'bootstrap' at its root; it holds: ${entries:-nothing that can be read}")
  [[ $own == '-rwxr-xr-x '* ]] || problems+=("'bootstrap' in '$zip' must have mode 755 (-rwxr-xr-x), it has ${own%% *}")
  odd=$(grep -vE ':[0-9]{2} bootstrap$|^-rw(-r--r--|xr-xr-x) ' <<< "$entries" || true)
  [[ -z $odd ]] || problems+=("all else in '$zip' must be plain files of mode 644 (-rw-r--r--) or 755 (-rwxr-xr-x), which this is not: $odd")
  unzip -p "$zip" bootstrap 2> /dev/null | cmp -s - "$binary" \
    || problems+=("'bootstrap' in '$zip' is not the file '$binary'")
fi

((${#problems[@]} == 0)) || fail "'$binary' cannot run on $runtime:" "${problems[@]/#/  }"

echo "architecture: $arch ($machine)"
if [[ -z $proof ]]; then
  echo "newest glibc version needed: $newest ($runtime has $glibc)"
else
  echo "newest glibc version needed: $newest as linked on this machine; $runtime has $glibc"
  echo "symbols bound to a newer version than that, and the version of each that glibc $glibc has, to which the container build binds:"
  awk '{ printf "  %s %s -> %s\n", $1, $2, $3 }' <<< "$proof"
fi
