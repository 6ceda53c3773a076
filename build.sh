#!/usr/bin/env bash
# Builds the function as one native executable named 'bootstrap' and zips it for AWS Lambda.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=scripts/platform.sh
source "$root/scripts/platform.sh"

usage() {
  cat <<HELP
Usage: ./build.sh [--arch arm64|x64] [--runtime NAME] [--output DIRECTORY] [--project FILE]
       ./build.sh --cross [--arch arm64|x64] [--runtime NAME] [--output DIRECTORY] [--project FILE]
       ./build.sh --local [--runtime NAME] [--output DIRECTORY] [--project FILE]
       ./build.sh --bench [--runtime NAME] [--output DIRECTORY]

Publishes the function as one native executable, checks that it starts on the Lambda runtime, and zips it together with the files that the project
publishes beside it, if there are any.

Without --cross or --local: builds in a container of the runtime's OS (needs Docker with BuildKit) and leaves artifacts/bootstrap.zip, ready to
deploy.

  --cross    No container: the .NET SDK of this machine, and zig, which links for any processor and for the runtime's own glibc. Leaves
             artifacts/bootstrap.zip, ready to deploy, as the container does.
  --local    No container: the .NET SDK and the linker of this machine, for this machine's processor. To run and test here.
             Leaves artifacts/local/bootstrap, the files that belong to it, and artifacts/local/bootstrap.zip.
  --arch     arm64 (the default) or x64.
  --runtime  provided.al2 (Amazon Linux 2, .NET 9) or provided.al2023 (Amazon Linux 2023, .NET 10). The default is $default_runtime.
  --output   A directory for bootstrap.zip and what is in it, which are then left nowhere else.
  --project  Another function of this checkout than src/Bootstrap/Bootstrap.csproj.
  --bench    Like --local, but builds the benchmark's function, bench/WorkloadFunction. Leaves bootstrap and bootstrap.zip in artifacts/bench.
  --help     Show this text.

Two environment variables change the tools: ILCompilerVersion is the version of the AOT compiler, instead of the one in NativeAot.targets; ZIG is
the zig of --cross, instead of the one in PATH.
HELP
}

# fail CODE LINE...: says what happened and how to go on.
fail() {
  local code=$1
  shift
  printf 'build.sh: %s\n' "$1" >&2
  shift
  (($# == 0)) || printf '  %s\n' "$@" >&2
  exit "$code"
}

# --- Arguments ---------------------------------------------------------------------------------------------------------------------------

arch='' runtime=$default_runtime output='' way='' default_way=container
project="src/Bootstrap/Bootstrap.csproj" target=''
while (($# > 0)); do
  case $1 in
    --arch | --runtime | --output | --project)
      (($# > 1)) || fail 2 "$1 needs a value. './build.sh --help' lists them."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --local | --cross)
      [[ -z $way || $way == "${1#--}" ]] || fail 2 "--local and --cross are two ways of building. Choose one."
      way=${1#--}
      ;;
    --bench) project=bench/WorkloadFunction/WorkloadFunction.csproj target=artifacts/bench default_way=local ;;
    -h | --help) usage; exit 0 ;;
    *) fail 2 "unknown argument '$1'. './build.sh --help' lists what there is." ;;
  esac
  shift
done
framework=$(runtime_framework "$runtime") || fail 2 "unknown runtime '$runtime'. Known: $known_runtimes."
case $arch in '' | arm64 | x64) ;; *) fail 2 "unknown architecture '$arch'. Known: arm64, x64." ;; esac
way=${way:-$default_way}

[[ -f $root/$project ]] || fail 1 "there is no $project in this checkout."

case $root in
  *[,\;=%]*) fail 1 "the path of this checkout, $root, holds one of the characters , ; = %, which MSBuild and Docker take for syntax." \
    "Move the checkout to a directory without them." ;;
esac

# --- What the chosen way of building needs -----------------------------------------------------------------------------------------

here=$(this_processor)
no_container=("To build the same here, without Docker: ./build.sh --cross (needs zig)" "To build for this machine only: ./build.sh --local")

if [[ $way == local ]]; then
  target=${target:-artifacts/local}
  [[ $(uname -s) == Linux ]] || fail 1 "--local builds on Linux only (this is $(uname -s)): a Lambda function is a Linux executable." \
    "Without --local, Docker builds it on any OS; --cross builds it with zig."
  [[ $here == x64 || $here == arm64 ]] || fail 1 "there is no .NET Native AOT compiler for this machine's processor, $here."
  [[ ${arch:-$here} == "$here" ]] || fail 1 "--local builds for this machine's processor, $here, not for $arch." \
    "With --cross instead, zig links it for $arch; with neither it is built in a container."
  arch=$here
elif [[ $way == container ]]; then
  command -v docker > /dev/null || fail 1 "'docker' is not in PATH; the container build needs it." \
    "Install it: https://docs.docker.com/get-started/get-docker/" \
    "${no_container[@]}"
  docker info > /dev/null 2>&1 || fail 1 "Docker does not answer: 'docker info' failed." \
    "Start it (Docker Desktop, or: sudo systemctl start docker) and make sure that your user may use it ('docker info' says why it fails)." \
    "${no_container[@]}"
  docker buildx version > /dev/null 2>&1 || fail 1 "Docker has no BuildKit here: 'docker buildx version' failed." \
    "Install the buildx plugin: https://github.com/docker/buildx#installing (packages: docker-buildx-plugin, docker-buildx)."
fi
arch=${arch:-arm64}

# What is deployed is the zip alone; what is in it is left where it is to be run, or was asked for. There the earlier zip tells which files are of the
# earlier build: they give way, and nothing else does.
unpacked=$target$output
target=${output:-$root/${target:-artifacts}}
[[ -z $unpacked || ! -e $target/bootstrap.zip ]] || command -v unzip > /dev/null \
  || fail 1 "'unzip' is not in PATH; it tells which files in $target are of the earlier build." "Install it, or choose another --output."

# --- Build -------------------------------------------------------------------------------------------------------------------------------

# Everything happens in a directory of its own; the result of an earlier build is replaced only when all of this one passed.
mkdir -p "$root/artifacts"
work=$(mktemp -d "$root/artifacts/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ $way == container ]]; then
  printf '==> Building %s in %s for %s\n' "$project" "$(runtime_image "$runtime")" "$arch"
  docker buildx build --file "$root/Dockerfile.build" --progress plain \
    --build-arg IMAGE="$(runtime_image "$runtime")" --build-arg DOTNET_CHANNEL="${framework#net}" \
    --build-arg PROJECT="$project" --build-arg RUNTIME="$runtime" --build-arg ARCH="$arch" --build-arg ILCOMPILER_VERSION="${ILCompilerVersion:-}" \
    --output "type=local,dest=$work/out" "$root" || fail 1 "the container build failed; the log above says why." "${no_container[@]}"
else
  linking=--linked-here
  [[ $way == local ]] || linking=--cross
  "$root/scripts/build-inner.sh" --project "$root/$project" --arch "$arch" --runtime "$runtime" --output "$work" "$linking"
fi

# foreign PATH: the first thing at PATH or below it, in the target, that no build left there. An empty directory is shown with a slash.
foreign() {
  (cd "$target" && find "./$1" \( ! -type d -print \) -o \( -empty -exec printf '%s/\n' {} \; \)) | sed 's|^\./||' \
    | grep -vFx -f <(printf '%s\n' bootstrap bootstrap.zip "$earlier") | head -n 1 || true
}

mkdir -p "$target"
if [[ -n $unpacked ]]; then
  earlier=$(unzip -Z1 "$target/bootstrap.zip" 2> /dev/null || true)
  built=$(cd "$work/out/files" && find . -type f | sed 's|^\./||')
  # Nothing is changed where something else stands in the place of a file of this build, or of a directory that it needs.
  while IFS= read -r file; do
    place=$file
    while [[ $place != . ]]; do
      if [[ -e $target/$place || -L $target/$place ]] && [[ $place == "$file" || ! -d $target/$place ]]; then
        found=$(foreign "$place")
        [[ -z $found ]] || fail 1 "$target has a file or directory '$found' that no build left there, in the place of the function's '$file'." \
          "Move it away, or choose another --output."
      fi
      place=$(dirname "$place")
    done
  done <<< "$built"$'\n'bootstrap.zip
  # First goes what this build has not, with the directories that are empty then: what was a file may be a directory now, and the other way round.
  while IFS= read -r file; do
    if [[ -n $file ]] && ! grep -qFx -- "$file" <<< "$built"; then
      rm -f "$target/$file"
      (cd "$target" && rmdir -p "$(dirname "$file")" 2> /dev/null) || true
    fi
  done <<< "$earlier"
  while IFS= read -r file; do
    mkdir -p "$(dirname "$target/$file")"
    mv -f "$work/out/files/$file" "$target/$file"
  done <<< "$built"
fi
mv -f "$work/out/bootstrap.zip" "$target/"

printf '==> Done: %s\n' "${target#"$root/"}/bootstrap.zip"
cat "$work/out/summary.txt"
