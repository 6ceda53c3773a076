#!/usr/bin/env bash
# zip.sh ARCH FILE: publishes the function for linux-ARCH (x64, arm64) and zips it to FILE. The Dockerfile runs it. Without Docker it needs the .NET SDK 10,
# gcc or clang for ARCH, and zip.
set -euo pipefail

arch=$1
zip=$(realpath -m "$2")
cd "$(dirname "${BASH_SOURCE[0]}")"

# NuGet takes a source that is not there for an error.
mkdir -p packages
dotnet publish LambdaPerf.csproj --configuration Release --runtime "linux-$arch" --output publish
rm -f "$zip"
zip -j -9 "$zip" publish/bootstrap
