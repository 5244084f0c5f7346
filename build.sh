#!/usr/bin/env bash
# Restore, build, format check, tests: what has to be green before a commit is shared.
set -euo pipefail
cd "$(dirname "$0")"

command -v dotnet >/dev/null || {
  echo "build.sh: the .NET SDK 10 is not on PATH. Install it from https://dotnet.microsoft.com/download, or with" >&2
  echo "  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0 && PATH=\$HOME/.dotnet:\$PATH" >&2
  exit 1
}

dotnet restore
dotnet build --no-restore
dotnet format --no-restore --verify-no-changes
dotnet test --no-build
