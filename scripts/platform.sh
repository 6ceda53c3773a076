# shellcheck shell=bash
# The Lambda runtimes that a 'bootstrap' can be built for, and what each asks of the build. Sourced by the other scripts.
#
# Why .NET 9 for provided.al2: its OS, Amazon Linux 2, has OpenSSL 1.0.2, which .NET 9 takes. .NET 10 wants 1.1.1: no TLS and no cryptography.
# And why glibc, not a static musl build: the result is then the build that .NET itself ships and tests for Linux, and it finds that OpenSSL.

# shellcheck disable=SC2034 # used by the scripts that source this one
known_runtimes='provided.al2, provided.al2023'
# shellcheck disable=SC2034 # likewise
default_runtime=provided.al2

# this_processor: the processor of this machine, in .NET's words.
this_processor() {
  case $(uname -m) in
    x86_64 | amd64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) uname -m ;;
  esac
}

# runtime_framework RUNTIME: the .NET target framework; its number is also the SDK's channel.
runtime_framework() {
  case $1 in
    provided.al2) echo net9.0 ;;
    provided.al2023) echo net10.0 ;;
    *) return 1 ;;
  esac
}

# runtime_glibc RUNTIME: the glibc of the runtime's OS. A binary that needs a newer symbol version does not start there.
runtime_glibc() {
  case $1 in
    provided.al2) echo 2.26 ;;
    provided.al2023) echo 2.34 ;;
    *) return 1 ;;
  esac
}

# runtime_image RUNTIME: the image to build in: the same OS, so that the linker binds to that OS's glibc.
runtime_image() {
  case $1 in
    provided.al2) echo public.ecr.aws/amazonlinux/amazonlinux:2 ;;
    provided.al2023) echo public.ecr.aws/amazonlinux/amazonlinux:2023 ;;
    *) return 1 ;;
  esac
}

# sha256: the SHA-256 of what it reads. macOS has the one program, Linux the other.
sha256() { (sha256sum 2> /dev/null || shasum -a 256) | cut -d ' ' -f 1; }
