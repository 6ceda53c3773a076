#!/usr/bin/env bash
# build.sh RUNTIME ARCHITECTURE, from lambda-perf's directory s3-uploader: leaves runtimes/RUNTIME/code_ARCHITECTURE.zip, which its uploader takes.
set -euo pipefail

directory=./runtimes/$1
case $2 in
  x86_64) arch=x64 platform=linux/amd64 ;;
  arm64) arch=arm64 platform=linux/arm64 ;;
  *)
    echo "build.sh: unknown architecture '$2'. Use x86_64 or arm64." >&2
    exit 1
    ;;
esac

image=lambda-perf/$1-$2
docker build --platform "$platform" --build-arg "ARCH=$arch" --tag "$image" "$directory"
# Never started: a container is what files can be copied from.
container=$(docker create "$image")
docker cp "$container:/code.zip" "$directory/code_$2.zip"
docker rm "$container" > /dev/null
