#!/usr/bin/env bash
# Restore, build, format check, tests: what has to be green before a commit is shared.
#   build.sh aot    compiles the functions ahead of time, and runs the tests from end to end with those programs.
set -euo pipefail
cd "$(dirname "$0")"

command -v dotnet >/dev/null || {
  echo "build.sh: the .NET SDK 10 is not on PATH. Install it from https://dotnet.microsoft.com/download, or with" >&2
  echo "  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 && PATH=\$HOME/.dotnet:\$PATH" >&2
  exit 1
}

# What a native program is made of is older than it: then it is left as it is.
compile_ahead() {
  local project=$1 program=$2/bootstrap
  if [ -e "$program" ] && [ -z "$(find Makefile Directory.* src/*.props src/Lambda src/Shared "$project" \
    -type f ! -name 'aws-lambda-*' -newer "$program" -print -quit)" ]; then
    echo "$program is newer than its sources"
  else
    make --no-print-directory "build-$(basename "$2")" FLAVOR=aot ARCH="$(uname -m | sed s/aarch64/arm64/)" \
      ARTIFACTS_DIR="$2"
  fi
}

ahead_of_time() {
  for program in make gcc:clang readelf; do
    command -v ${program//:/ } >/dev/null || {
      echo "build.sh: to compile ahead of time, apt-get install gcc make binutils zlib1g-dev libssl-dev" >&2
      exit 1
    }
  done
  local programs=$PWD/artifacts/aot/functions
  for project in src/Functions.*; do
    compile_ahead "$project" "$programs/${project#src/Functions.}Function"
  done
  dotnet build --verbosity quiet --nologo
  PHOTOLAMBDA_FUNCTIONS=$programs artifacts/bin/Tests/debug/PhotoLambda.Tests -noColor -trait Flavor=any
  wc -c "$programs"/*/bootstrap
}

# No process of a build or a test runs for long enough that tuning its code would pay.
export DOTNET_TieredPGO=0

case "$*" in
  "")
    dotnet restore
    dotnet build --no-restore
    dotnet format --no-restore --verify-no-changes
    dotnet test --no-build
    ;;
  aot) ahead_of_time ;;
  *)
    echo "build.sh: '$*' is no argument of it; it takes none, or aot." >&2
    exit 2
    ;;
esac
