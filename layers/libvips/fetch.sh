#!/usr/bin/env bash
# Puts libvips for both of Lambda's processors into a folder, as npm has it: fetch.sh version folder
set -euo pipefail
version=$1 folder=$(cd "$2" && pwd)
sums=$(cd "$(dirname "$0")" && pwd)/SHA256SUMS
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
cd "$temporary"

for cpu in x64 arm64; do
  npm pack --silent "@img/sharp-libvips-linux-$cpu@$version" >/dev/null
  tar -xzf "img-sharp-libvips-linux-$cpu-$version.tgz"
  mkdir -p "$folder/$cpu"
  cp package/lib/libvips-cpp.so.* "$folder/$cpu/"
  cp package/README.md package/versions.json "$folder/"
  rm -r package
done
cd "$folder"
sha256sum --check --strict --quiet "$sums"
