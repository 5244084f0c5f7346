#!/usr/bin/env bash
# Restore, build, format check, tests: what has to be green before a commit is shared.
set -euo pipefail
cd "$(dirname "$0")"

command -v dotnet >/dev/null || {
  echo "build.sh: the .NET SDK 10 is not on PATH; see https://dotnet.microsoft.com/download" >&2
  exit 1
}

dotnet restore
dotnet build --no-restore
dotnet format --no-restore --verify-no-changes
dotnet test --no-build
