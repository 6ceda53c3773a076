#!/usr/bin/env bash
# Builds the function as one native executable named 'bootstrap' and zips it for AWS Lambda.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=scripts/platform.sh
source "$root/scripts/platform.sh"

usage() {
  cat <<HELP
Usage: ./build.sh [--arch arm64|x64] [--runtime NAME]
       ./build.sh --local [--runtime NAME]
       ./build.sh --bench [--runtime NAME]

Publishes the function as one native executable, checks that it starts on the Lambda runtime, and zips it.

Without --local: builds in a container of the runtime's OS (needs Docker with BuildKit) and leaves artifacts/bootstrap.zip, ready to deploy.

  --arch     arm64 (the default) or x64.
  --runtime  provided.al2 (Amazon Linux 2, .NET 9) or provided.al2023 (Amazon Linux 2023, .NET 10). The default is $default_runtime.
  --local    No container: the .NET SDK and the linker of this machine, for this machine's processor. To run and test here.
             Leaves artifacts/local/bootstrap and artifacts/local/bootstrap.zip.
  --bench    Like --local, but builds the benchmark's function, bench/WorkloadFunction. Leaves bootstrap and bootstrap.zip in artifacts/bench.
  --help     Show this text.
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

arch='' runtime=$default_runtime local_build=false
project="src/Bootstrap/Bootstrap.csproj" target=artifacts/local
while (($# > 0)); do
  case $1 in
    --arch | --runtime)
      (($# > 1)) || fail 2 "$1 needs a value. './build.sh --help' lists them."
      printf -v "${1#--}" '%s' "$2"
      shift
      ;;
    --local) local_build=true ;;
    --bench) project=bench/WorkloadFunction/WorkloadFunction.csproj target=artifacts/bench local_build=true ;;
    -h | --help) usage; exit 0 ;;
    *) fail 2 "unknown argument '$1'. './build.sh --help' lists what there is." ;;
  esac
  shift
done
framework=$(runtime_framework "$runtime") || fail 2 "unknown runtime '$runtime'. Known: $known_runtimes."
case $arch in '' | arm64 | x64) ;; *) fail 2 "unknown architecture '$arch'. Known: arm64, x64." ;; esac

[[ $local_build == true ]] || target=artifacts
[[ -f $root/$project ]] || fail 1 "there is no $project in this checkout."

case $root in
  *[,\;=%]*) fail 1 "the path of this checkout, $root, holds one of the characters , ; = %, which MSBuild and Docker take for syntax." \
    "Move the checkout to a directory without them." ;;
esac

# --- What the chosen way of building needs -----------------------------------------------------------------------------------------

case $(uname -m) in
  x86_64 | amd64) here=x64 ;;
  aarch64 | arm64) here=arm64 ;;
  *) here=$(uname -m) ;;
esac

if [[ $local_build == true ]]; then
  [[ $(uname -s) == Linux ]] || fail 1 "--local builds on Linux only (this is $(uname -s)): a Lambda function is a Linux executable." \
    "Without --local, Docker builds it on any OS."
  [[ $here == x64 || $here == arm64 ]] || fail 1 "there is no .NET Native AOT compiler for this machine's processor, $here."
  [[ ${arch:-$here} == "$here" ]] || fail 1 "--local builds for this machine's processor, $here, not for $arch." "Leave out --local to build in a container."
  arch=$here
else
  arch=${arch:-arm64}
  command -v docker > /dev/null || fail 1 "'docker' is not in PATH; the container build needs it." \
    "Install it: https://docs.docker.com/get-started/get-docker/" \
    "To build for this machine instead, without Docker: ./build.sh --local"
  docker info > /dev/null 2>&1 || fail 1 "Docker does not answer: 'docker info' failed." \
    "Start it (Docker Desktop, or: sudo systemctl start docker) and make sure that your user may use it ('docker info' says why it fails)." \
    "To build for this machine instead, without Docker: ./build.sh --local"
  docker buildx version > /dev/null 2>&1 || fail 1 "Docker has no BuildKit here: 'docker buildx version' failed." \
    "Install the buildx plugin: https://github.com/docker/buildx#installing (packages: docker-buildx-plugin, docker-buildx)."
fi

# --- Build -------------------------------------------------------------------------------------------------------------------------------

# Everything happens in a directory of its own; the result of an earlier build is replaced only when all of this one passed.
mkdir -p "$root/$target"
work=$(mktemp -d "$root/artifacts/.build.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [[ $local_build == true ]]; then
  "$root/scripts/build-inner.sh" --project "$root/$project" --arch "$arch" --runtime "$runtime" --output "$work" --linked-here
else
  printf '==> Building %s in %s for %s\n' "$project" "$(runtime_image "$runtime")" "$arch"
  platform=$arch
  [[ $arch == arm64 ]] || platform=amd64
  docker buildx build --file "$root/Dockerfile.build" --platform "linux/$platform" --progress plain \
    --build-arg IMAGE="$(runtime_image "$runtime")" --build-arg DOTNET_CHANNEL="${framework#net}" \
    --build-arg PROJECT="$project" --build-arg RUNTIME="$runtime" --build-arg ARCH="$arch" \
    --output "type=local,dest=$work/out" "$root" || {
    [[ $arch == "$here" ]] || fail 1 "the container build failed. This machine is $here and the build is for $arch: if the log above says 'exec format error'," \
      "install the emulator once: docker run --privileged --rm tonistiigi/binfmt --install $platform" \
      "(it is slow; a machine that is $arch, or --arch $here, does without)."
    fail 1 "the container build failed; the log above says why."
  }
fi

files=("$work/out/bootstrap" "$work/out/bootstrap.zip")
[[ $target != artifacts ]] || files=("$work/out/bootstrap.zip")
mv -f "${files[@]}" "$root/$target/"

printf '==> Done: %s\n' "$target/bootstrap.zip"
cat "$work/out/summary.txt"
